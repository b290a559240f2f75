"""A client of Plone drives the service as it is run: @plone/client, by node, over the network.

The package is installed once from the lock file into build/, by npm's own settings.
"""

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.process.running import Kb

HERE = Path(__file__).parent
BUILD = HERE.parent.parent / "build"
PASSWORD = "верная лошадь скоба"
FILES = ("package.json", "package-lock.json", "plone_client.mjs")
REQUIRED = os.environ.get("KB_TEST_REQUIRE", "")


def refuse(sentence: str) -> None:
    """Skip for want of something, unless it is asked for by name."""
    if "node" in REQUIRED:
        pytest.fail(f"{sentence} KB_TEST_REQUIRE asks for it.", pytrace=False)
    pytest.skip(sentence)


@pytest.fixture(scope="module")
def client_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the script and the installed client."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        refuse("No node and npm are installed.")
    lock = (HERE / "package-lock.json").read_bytes()
    installed = BUILD / f"clients-{hashlib.sha256(lock).hexdigest()[:12]}"
    if not (installed / "node_modules").exists():
        # In a folder of its own first: two runs at once must not meet half an installation.
        fresh = tmp_path_factory.mktemp("clients")
        for name in FILES[:2]:
            shutil.copy(HERE / name, fresh)
        words = [str(npm), "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        made = subprocess.run(
            words, cwd=fresh, capture_output=True, text=True, timeout=110, check=False
        )
        if made.returncode:
            refuse(f"npm could not install the client: {made.stderr[-300:]}")
        BUILD.mkdir(exist_ok=True)
        shutil.copytree(fresh, installed, dirs_exist_ok=True)
    shutil.copy(HERE / FILES[2], installed)
    return installed


@pytest.mark.timeout(300)
def test_the_client_of_plones_front_ends_works_unchanged(
    client_folder: Path, tmp_path: Path
) -> None:
    with Kb(tmp_path, KB_ADMIN_PASSWORD=PASSWORD) as kb, kb.running("serve"):
        script = [str(shutil.which("node")), FILES[2], kb.base, "admin", PASSWORD]
        run = subprocess.run(
            script, cwd=client_folder, capture_output=True, text=True, timeout=100, check=False
        )
        assert run.returncode == 0, run.stderr
        said = json.loads(run.stdout)
        assert len(said) == (HERE / FILES[2]).read_text(encoding="utf-8").count(": async () =>")
        assert {step: wrong for step, wrong in said.items() if wrong} == {}, kb.said()[-500:]
