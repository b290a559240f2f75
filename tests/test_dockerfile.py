"""The Dockerfile cannot rot unseen: its COPY and RUN lines are run under a temporary root.

There is no container here: absolute places of the image (/opt, /src, /data) become folders below
the root, everything else is done as written, and the installed `kb` must answer.
"""

import os
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ALLOWED = {
    "FROM",
    "COPY",
    "RUN",
    "ENV",
    "USER",
    "EXPOSE",
    "VOLUME",
    "HEALTHCHECK",
    "ENTRYPOINT",
}
PLACES = re.compile(r"(?<![\w./])/(opt|src|data)\b")


def lines() -> list[tuple[str, str]]:
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(row.split(None, 1)[0], row.split(None, 1)[1]) for row in rows]


def test_only_plain_instructions_are_used() -> None:
    assert {word for word, _rest in lines()} <= ALLOWED
    assert [rest for word, rest in lines() if word == "USER"] == ["10001"]


@pytest.mark.timeout(900)
def test_every_copy_and_run_line_works(tmp_path: Path) -> None:
    stages: dict[str, Path] = {}
    image = tmp_path
    for number, (word, rest) in enumerate(lines()):
        if word == "FROM":
            image = tmp_path / f"stage{number}"
            image.mkdir()
            stages[rest.split(" AS ")[-1]] = image
        elif word == "COPY":
            copy(rest, image, stages)
        elif word == "RUN":
            run(rest, image)
    # The second stage has what the first one made at the same address; here it stands elsewhere.
    made = stages["build"]
    shown = subprocess.run(
        [made / "opt/kb/bin/kb", "--version"], check=True, capture_output=True, text=True
    )
    assert "0.1.0" in shown.stdout
    assert (image / "data/content/index.md").exists()
    assert (image / "opt/kb/bin/kb").exists()


def copy(rest: str, image: Path, stages: dict[str, Path]) -> None:
    words = shlex.split(rest)
    base = ROOT
    if words[0].startswith("--from="):
        base = stages[words.pop(0).removeprefix("--from=")]
    target = image / words[-1].lstrip("/")
    for name in words[:-1]:
        source = base / name.lstrip("/")
        assert source.exists(), f"{name} is not there"
        if source.is_dir():
            shutil.copytree(source, target, symlinks=True, dirs_exist_ok=True)
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / source.name)


def run(rest: str, image: Path) -> None:
    command = PLACES.sub(lambda match: f"{image}/{match[1]}", rest)
    if os.geteuid() != 0:
        command = re.sub(r"&& chown -R \S+ \S+", "", command)
    done = subprocess.run(["sh", "-ec", command], capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{rest}\n{done.stderr[-2000:]}"
