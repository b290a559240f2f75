"""The rendering process: limits, memory, threads, deaths, the end."""

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from pebble import ProcessExpired

from kb_service.base.errors import KbError, Kind
from kb_service.handbook import markup_process
from kb_service.handbook.pool import MarkupPool
from kb_service.handbook.render import Renderer
from kb_service.handbook.schemas import Parts
from tests.handbook.rendering import CONTEXT


def test_a_text_over_the_limit_is_refused(renderer: Renderer) -> None:
    with pytest.raises(KbError, match=r"render\.too_large"):
        renderer.render(Parts(public="я" * 40_000), CONTEXT)
    long = msgspec.structs.replace(CONTEXT, company={"x": "я" * 2_000})
    with pytest.raises(KbError, match=r"render\.too"):
        renderer.render(Parts(public="{{ company.x }} " * 20), long)


def test_empty_parts_need_no_process() -> None:
    made = Renderer()
    assert made.render(Parts(public=" \n"), CONTEXT).public == ""
    made.close()
    with pytest.raises(KbError) as caught:
        made.render(Parts(public="а"), CONTEXT)
    assert caught.value.kind is Kind.UNAVAILABLE


def test_many_threads_share_one_renderer(renderer: Renderer) -> None:
    def one(number: int) -> str:
        return renderer.render(Parts(public=f"Текст **{number % 20}**"), CONTEXT).public

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(one, range(200)))
    assert made == [f"<p>Текст <strong>{number % 20}</strong></p>" for number in range(200)]


def test_a_second_look_comes_from_memory(
    renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = Parts(public="из памяти", staff="из памяти")
    first = renderer.render(text, CONTEXT)
    monkeypatch.setattr(renderer._pool, "convert", None)
    assert renderer.render(text, CONTEXT) == first


def test_a_killed_process_is_replaced() -> None:
    made = Renderer()
    try:
        made.render(Parts(public="раз"), CONTEXT)
        for worker in list(made._pool._pool._pool_manager.worker_manager.workers.values()):
            os.kill(worker.pid, signal.SIGKILL)
            worker.join(5)
        assert made.render(Parts(public="два"), CONTEXT).public == "<p>два</p>"
    finally:
        made.close()


PARENT = """
import os, signal, sys, threading, time
from kb_service.handbook.render import Context, Renderer
from kb_service.handbook.schemas import Parts

if __name__ == "__main__":
    print("main is imported", flush=True)
    made, context = Renderer(), Context(facts={}, company={})
    made.render(Parts(public="a"), context)
    pool = made._pool._pool._pool_manager.worker_manager
    before = list(pool.workers)
    signal.signal(signal.SIGINT, lambda *_: None)
    os.killpg(os.getpgrp(), signal.SIGINT)
    time.sleep(0.2)
    made.render(Parts(public="b"), context)
    print("same process" if list(pool.workers) == before else "another process", flush=True)
    made.close()
else:
    print("main is imported again", flush=True)
"""


def test_control_c_of_the_parent_does_not_end_the_process(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(script)],
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
        start_new_session=True,
        cwd=Path(__file__).parent.parent.parent,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent.parent)},
    )
    assert done.stdout.splitlines() == ["main is imported", "same process"]
    assert done.stderr == ""


def test_closing_leaves_no_process_and_no_thread() -> None:
    before = threading.active_count()
    made = Renderer(workers=2)
    made.render(Parts(public="а"), CONTEXT)
    workers = list(made._pool._pool._pool_manager.worker_manager.workers.values())
    made.close()
    made.close()
    assert len(workers) == 2
    assert not any(worker.is_alive() for worker in workers)
    assert threading.active_count() <= before


def test_the_process_has_its_limits() -> None:
    resource = pytest.importorskip("resource")
    made = Renderer(memory_mb=300)
    try:
        made.render(Parts(public="а"), CONTEXT)
        (worker,) = made._pool._pool._pool_manager.worker_manager.workers
        assert resource.prlimit(worker, resource.RLIMIT_AS)[0] == 300 * 1024 * 1024
        assert resource.prlimit(worker, resource.RLIMIT_CORE)[0] == 0
        assert 0 < resource.prlimit(worker, resource.RLIMIT_CPU)[0] <= 6
    finally:
        made.close()


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (RecursionError(), "too_heavy"),
        (MemoryError(), "too_heavy"),
        (ValueError(), "failed"),
        (AssertionError(), "failed"),
    ],
)
def test_what_goes_wrong_inside_comes_back_as_a_word(
    error: Exception, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise error

    # Without the limits, which would stay on the process of the tests.
    monkeypatch.setattr(markup_process, "resource", None)
    monkeypatch.setattr(markup_process, "to_html", breaks)
    assert markup_process.convert("а", "public", "ru", 1) == (word, "", [])
    pool = MarkupPool(1, 1.0, 300)
    with pytest.raises(KbError) as caught:
        pool._read((word, "", []))
    assert (caught.value.code, caught.value.kind) == (f"render.{word}", Kind.INVALID)


def test_who_waits_too_long_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb_service.handbook.pool._PATIENCE", 0)
    made = Renderer()
    try:
        with pytest.raises(KbError) as caught:
            made.render(Parts(public="а"), CONTEXT)
        assert (caught.value.code, caught.value.kind) == ("render.busy", Kind.UNAVAILABLE)
    finally:
        made.close()


def test_a_text_killed_again_and_again_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Renderer()

    def dies(*_: object) -> None:
        raise ProcessExpired("killed", code=-9)

    monkeypatch.setattr(made._pool, "_ask", dies)
    try:
        with pytest.raises(KbError) as caught:
            made.render(Parts(public="а"), CONTEXT)
        assert (caught.value.code, caught.value.kind) == ("render.failed", Kind.UNAVAILABLE)
    finally:
        made.close()
