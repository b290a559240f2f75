"""A receiver in a thread: it keeps what it was sent, and answers as it is told."""

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import msgspec


class Received(msgspec.Struct):
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> dict[str, Any]:
        return json.loads(self.raw)  # type: ignore[no-any-return]


class Receiver:
    """What came in, and how to answer."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.status = 204
        self.headers: dict[str, str] = {}
        self.answer = b""
        self.drip_s = 0.0
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/in"

    @contextmanager
    def running(self, context: ssl.SSLContext | None = None) -> Iterator[None]:
        """Listen, on the port of the time before if there was one, until the block ends."""
        handler = type("Handler", (_Handler,), {"receiver": self})
        server = _Server(("127.0.0.1", self.port), handler)
        self.port = server.server_port
        if context is not None:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


class _Server(ThreadingHTTPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, *_args: object) -> None:
        """Silence: who breaks a connection off is the other side."""


class _Handler(BaseHTTPRequestHandler):
    receiver: ClassVar[Receiver]

    def do_POST(self) -> None:
        one = self.receiver
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        one.received.append(Received(self.path, dict(self.headers), raw))
        if one.drip_s:
            for letter in b"HTTP/1.1 200 OK\r\n" + b"X-Drip: 1\r\n" * 100:
                self.wfile.write(bytes([letter]))
                time.sleep(one.drip_s)
        self.send_response(one.status)
        for name, value in one.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(one.answer)))
        self.end_headers()
        self.wfile.write(one.answer)

    def log_message(self, *_args: object) -> None:
        """Silence."""
