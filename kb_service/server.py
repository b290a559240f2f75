"""The HTTP server: granian around `kb_service.app:create`, one serving process by default.

Top floor, beside app: settings reach the serving process through the environment, as granian starts
it anew.

Slow callers are cut here, before any of our code: the head of a request must be whole 10 s after
the connection was made or was last answered. Only HTTP/1.1 is spoken, because granian waits for
ever while it still guesses between two versions; a proxy in front may speak any. How long a body
may take stands in gate/limits.py.
"""

import errno
import os
import socket
import time

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from kb_service.base.errors import KbError, Kind, invalid
from kb_service.settings import Settings

# A service that is just ending, or whose parent was killed, needs a moment to let go.
_PATIENCE_S = 3.0
# Source: trust.md promise 11.
HEAD_S = 10
# How many connections are served at once, below the 1024 open files that systems grant by default,
# and how many more wait in the system's own queue.
MAX_CONNECTIONS = 800
_BACKLOG = 1024


def serve_forever(settings: Settings) -> None:
    """Answer requests until stopped."""
    if settings.demo:
        os.environ["KB_DEMO"] = "on"
    Granian(
        target="kb_service.app:create",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        workers=1,
        log_level=LogLevels.warning,
        websockets=False,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_S * 1000),
        backlog=_BACKLOG,
        backpressure=MAX_CONNECTIONS,
        respawn_failed_workers=True,
    ).serve()


def refuse_taken(host: str, port: int, patience_s: float = _PATIENCE_S) -> None:
    """Refuse an address on which somebody answers already: the system would share it in silence.

    Raises: port.taken, settings.wrong.
    """
    deadline = time.monotonic() + patience_s
    while not _is_free(host, port):
        if time.monotonic() >= deadline:
            raise KbError("port.taken", Kind.UNAVAILABLE, host=host, port=port)
        time.sleep(0.1)


def _is_free(host: str, port: int) -> bool:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return False
        raise invalid(
            "settings.wrong", key="KB_HOST, KB_PORT", problem=error.strerror or str(error)
        ) from error
    return True
