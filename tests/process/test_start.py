"""Starting, ending and starting again: quickly, from nothing, from damage, and nothing touched.

trust.md, promises 3 and 5. The figures are printed (`-s`); what is asserted is processor time where
the machine is busy with other tests.
"""

import hashlib
import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.process.running import SHIPPED, Kb, question, until

COLD_S = 5.0
BUSY = 1.6
QUESTION = "кто меняет счётчик"
UID = "0198f3c2a1b07c3e9d5a4b6c7d8e9f0{}"


def fill(kb: Kb) -> None:
    kb.write("meters/index.md", "---\ntype: Topic\ntitle: Счётчики\nstate: published\n---\n")
    for number, word in enumerate(("барсук", "выдра", "горностай")):
        kb.write(
            f"meters/q{number}.md",
            question(UID.format(number), f"Вопрос {number}?", f"Ответ: {word}."),
        )


def prints(folder: Path) -> dict[str, tuple[str, int]]:
    """Give every file with its hash and time of change."""
    return {
        path.relative_to(folder).as_posix(): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_mtime_ns,
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def first_answer(kb: Kb) -> tuple[float, float]:
    """Start the service and ask until it answers; give seconds by the clock and of processor."""
    started = time.perf_counter()
    kb.launch()

    def answers() -> bool:
        try:
            return bool(kb.answered(QUESTION))
        except httpx.TransportError:
            return False

    until(answers, 60)
    return time.perf_counter() - started, kb.cpu_s()


# Seconds are measured: run alone, after the others.
@pytest.mark.proof
def test_from_the_command_to_the_first_answer_and_no_file_is_touched(tmp_path: Path) -> None:
    with Kb(tmp_path) as kb:
        shutil.copytree(SHIPPED, kb.content, dirs_exist_ok=True)
        before = prints(kb.content)
        # The interpreter's own compiled files are made by whatever runs first.
        kb.run("--version")
        took: dict[str, list[float]] = {"cold": [], "warm": []}
        # Other tests may hold the processor, and its caches with it: the best of three counts.
        limit = COLD_S if os.getloadavg()[0] < (os.cpu_count() or 1) else COLD_S * BUSY
        while len(took["cold"]) < 3 and min(took["cold"], default=limit) >= limit:
            for folder in (kb.data, kb.index):
                shutil.rmtree(folder, ignore_errors=True)
            for name, seconds in took.items():
                wall, processor = first_answer(kb)
                print(
                    f"\n{name}: {wall:.2f} s by the clock, {processor:.2f} s of processor", end=""
                )
                seconds.append(min(wall, processor))
                assert kb.stop() == 0
        assert min(took["cold"]) < limit
        assert min(took["warm"]) < limit / 2
        assert prints(kb.content) == before


@pytest.mark.parametrize("is_there", [True, False])
def test_no_content_is_an_empty_service(tmp_path: Path, *, is_there: bool) -> None:
    with Kb(tmp_path) as kb:
        if not is_there:
            kb.content.rmdir()
        kb.start()
        assert kb.answered(QUESTION) == []
        assert kb.client.get("/", headers={"accept": "text/html"}).status_code == 200
        assert kb.get("/api/@health?ready").json()["checks"]["index"] is True
        fill(kb)
        until(lambda: kb.found("выдра") == ["/meters/q1"])


def flipped(file: Path) -> None:
    data = bytearray(file.read_bytes())
    if data:
        data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)


def zeroed(file: Path) -> None:
    file.write_bytes(bytes(file.stat().st_size))


DAMAGES: dict[str, Callable[[Path], None]] = {
    "removed": Path.unlink,
    "emptied": lambda file: file.write_bytes(b"") and None,
    "a byte flipped": flipped,
    "all zero": zeroed,
    "cut in half": lambda file: os.truncate(file, file.stat().st_size // 2),
}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name == "a byte flipped" else [pytest.mark.proof])
        for name in DAMAGES
    ],
)
def test_a_damaged_index_is_built_anew_and_the_service_answers(tmp_path: Path, name: str) -> None:
    with Kb(tmp_path) as kb:
        fill(kb)
        assert kb.run("sync").returncode == 0
        for file in [path for path in kb.index.rglob("*") if path.is_file()]:
            DAMAGES[name](file)
        kb.start()
        assert kb.found("выдра") == ["/meters/q1"]
        assert kb.answered("горностай")[0] == "/meters/q2"
        assert kb.stop() == 0
        assert kb.run("index", "verify").returncode == 0


@pytest.mark.proof
@pytest.mark.timeout(600)
def test_any_one_damaged_file_of_the_index_does_no_harm(tmp_path: Path) -> None:
    rolled = random.Random(7)
    with Kb(tmp_path) as kb:
        fill(kb)
        assert kb.run("sync").returncode == 0
        files = sorted(path.relative_to(kb.index) for path in kb.index.rglob("*") if path.is_file())
        for file in rolled.sample(files, 10):
            name, damage = rolled.choice(sorted(DAMAGES.items()))
            if not (kb.index / file).exists():
                continue
            damage(kb.index / file)
            kb.start()
            assert kb.found("выдра") == ["/meters/q1"], (file, name)
            assert kb.answered("горностай")[0] == "/meters/q2", (file, name)
            kb.kill()
            done = kb.run("index", "verify")
            if done.returncode:
                # Whoosh's own files: nobody reads them for an answer, and it is told.
                assert "differ" in done.stderr, (file, name)
                assert kb.run("index", "rebuild").returncode == 0, (file, name)
                assert kb.run("index", "verify").returncode == 0, (file, name)


@pytest.mark.proof
def test_what_no_start_notices_is_compared_and_mended_soon_after(tmp_path: Path) -> None:
    with Kb(tmp_path) as kb:
        fill(kb)
        assert kb.run("sync").returncode == 0
        (stored,) = kb.index.rglob("*.seg")
        zeroed(stored)
        assert kb.run("index", "verify").returncode == 5
        kb.start()
        assert kb.found("выдра") == ["/meters/q1"]
        until(lambda: "index differed" in kb.said(), 90)
        until(lambda: kb.run("index", "verify").returncode == 0, 60)


@pytest.mark.proof
def test_the_index_is_mended_while_the_service_runs(tmp_path: Path) -> None:
    with Kb(tmp_path) as kb:
        fill(kb)
        kb.start()
        shutil.rmtree(kb.index)
        until((kb.index / "state.json").exists, 15)
        assert kb.found("выдра") == ["/meters/q1"]


def test_processes_end_together_and_are_replaced_alone(tmp_path: Path) -> None:
    with Kb(tmp_path) as kb:
        fill(kb)
        kb.start()
        second = kb.run("serve")
        assert second.returncode == 7
        assert f"127.0.0.1:{kb.port}" in second.stderr
        (serving,) = kb.children()
        os.kill(serving, signal.SIGKILL)
        until(lambda: kb.children() not in ([], [serving]), 10)
        until(lambda: is_up(kb), 10)
        assert kb.found("выдра") == ["/meters/q1"]
        (serving,) = kb.children()
        os.kill(kb.pid, signal.SIGKILL)
        until(lambda: not is_up(kb), 10)


def is_up(kb: Kb) -> bool:
    try:
        return kb.get("/api/@health").status_code == 200
    except httpx.TransportError:
        return False
