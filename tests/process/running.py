"""The service as a user runs it: `kb` started as a process group, with folders of its own.

Nothing of the service runs in the test's process: what a test sees came over HTTP, from files or
from an exit status.
"""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import httpx

KB = Path(sys.executable).with_name("kb")
SHIPPED = Path(__file__).parent.parent.parent / "content"
# Compiled modules as any installation has them, though not beside the sources under test.
_COMPILED = Path(tempfile.gettempdir()) / "kb-tests-compiled"
_START_S = 60.0
_TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Kb:
    """One installation: its folders and settings, and the service that runs on them."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder = folder
        self.content = folder / "content"
        self.index = folder / "index"
        self.data = folder / "data"
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.log = folder / "log.txt"
        self.settings = {
            "KB_CONTENT_DIR": str(self.content),
            "KB_DATA_DIR": str(self.data),
            "KB_INDEX_DIR": str(self.index),
            "KB_PORT": str(self.port),
            "KB_ENCODER": "off",
            **settings,
        }
        self.content.mkdir(parents=True, exist_ok=True)
        self._process: subprocess.Popen[bytes] | None = None
        self._tokens: dict[str, str] = {}
        self._clients: list[httpx.Client] = []
        self.client = self.new_client()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.kill()
        for client in self._clients:
            client.close()

    def environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("KB_") and name != "PYTHONDONTWRITEBYTECODE"
        }
        return {**kept, "PYTHONPYCACHEPREFIX": str(_COMPILED), **self.settings}

    def run(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Do one command to its end; its status and words are for the test to judge."""
        return subprocess.run(
            [KB, *words],
            env={**self.environment(), "COLUMNS": "300", **settings},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def launch(self, *words: str) -> subprocess.Popen[bytes]:
        """Start the service in a process group of its own, without waiting for anything."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [KB, *(words or ("serve", "--demo"))],
                env=self.environment(),
                cwd=self.folder,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self._process

    def start(self, *words: str) -> None:
        """Start the service and wait until it says that it can answer."""
        process = self.launch(*words)
        until(lambda: self._is_ready(process), _START_S)

    def _is_ready(self, process: subprocess.Popen[bytes]) -> bool:
        assert process.poll() is None, f"ended with {process.returncode}:\n{self.said()}"
        try:
            return self.client.get("/api/@health?ready").status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """End all processes of the service at once, as a power switch does."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)
            self._process = None

    def stop(self, patience_s: float = 20.0) -> int:
        """Ask the service to end, as a service manager does; give its exit status."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        status = self._process.wait(patience_s)
        self.kill()
        return status

    @contextmanager
    def running(self, *words: str) -> Iterator[Self]:
        """Let the service run for a while and end it in good order."""
        self.start(*words)
        try:
            yield self
        finally:
            self.kill()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def children(self) -> list[int]:
        """Give the processes that the service has made itself."""
        listed = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii")
        return [int(pid) for pid in listed.split()]

    def cpu_s(self) -> float:
        """Give the processor time that the service and its children have used so far."""
        total = 0
        for pid in (self.pid, *self.children()):
            fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2]
            total += sum(int(field) for field in fields.split()[11:15])
        return total / _TICKS

    def said(self) -> str:
        """Give all that the service has printed and logged since the folder was made."""
        return self.log.read_text(encoding="utf-8") if self.log.exists() else ""

    def new_client(self) -> httpx.Client:
        """Give a client with connections of its own, for a thread of its own."""
        client = httpx.Client(
            base_url=self.base, timeout=20, headers={"accept": "application/json"}
        )
        self._clients.append(client)
        return client

    def sign_in(self, who: str = "reviewer") -> dict[str, str]:
        """Give the header by which a demo account is known; asked for anew after each start."""
        data = {"login": who, "password": "demo"}
        try:
            answer = self.client.post("/api/@login", json=data)
        except httpx.TransportError as error:
            status = self._process.poll() if self._process else "never started"
            raise AssertionError(f"{error}, status {status}, said:\n{self.said()}") from error
        assert answer.status_code == 200, answer.text
        return {"authorization": f"Bearer {answer.json()['token']}"}

    def get(self, path: str, headers: dict[str, str] | None = None, **query: str) -> httpx.Response:
        return self.client.get(path, params=query or None, headers=headers)

    def found(self, text: str, headers: dict[str, str] | None = None) -> list[str]:
        """Give the paths that a search of the catalogue finds, as staff where headers say so."""
        answer = self.get("/api/@search", headers, SearchableText=text)
        assert answer.status_code == 200, answer.text
        return [self.path_of(item) for item in answer.json()["items"]]

    def answered(self, text: str, headers: dict[str, str] | None = None) -> list[str]:
        """Give the paths that answer a question, as staff where headers say so."""
        query = {"q": text} | ({"audience": "staff"} if headers else {})
        answer = self.get("/api/@answers", headers, **query)
        assert answer.status_code == 200, answer.text
        return [self.path_of(item) for item in answer.json()["items"]]

    def path_of(self, item: dict[str, Any]) -> str:
        return httpx.URL(item["@id"]).path

    def write(self, file: str, text: str) -> None:
        """Put a file into the content folder as an editor's program does: written, then named."""
        path = self.content / file
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f".{path.name}.draft")
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)

    def read(self, file: str) -> str:
        return (self.content / file).read_text(encoding="utf-8")


def until(holds: Callable[[], bool], patience_s: float = 5.0, step_s: float = 0.01) -> float:
    """Wait until something holds; give how long that took."""
    started = time.perf_counter()
    while not holds():
        waited = time.perf_counter() - started
        assert waited < patience_s, f"still not so after {waited:.1f} s"
        time.sleep(step_s)
    return time.perf_counter() - started


def question(uid: str, title: str, answer: str, *, state: str = "published") -> str:
    """Give the text of a question's file."""
    return (
        f"---\ntype: StandardQuestion\nuid: {uid}\ntitle: {title}\nstate: {state}\n---\n{answer}\n"
    )
