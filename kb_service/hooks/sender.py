"""The one door by which deliveries leave: resolved once, checked, and only that address dialled.

The name stands in TLS and in `Host`; a redirect is no delivery; a whole try ends within its time,
however slowly the other side drips. What it answers is not read beyond its status, but for being
polite.
Source: trust.md, class SSRF.
"""

import io
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from typing import Any

from kb_service.base.errors import KbError
from kb_service.hooks import rules
from kb_service.hooks.schemas import Outcome, Policy, Problem, Target

TIMEOUT_S = 5.0
_MAX_ANSWER = 64 * 1024
_SUCCESS = range(200, 300)

Resolver = Callable[[str, int], list[str]]
Dial = Callable[[str, int, float], socket.socket]


def resolved(host: str, port: int) -> list[str]:
    """Give the addresses of a host, as the machine knows them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def dialled(address: str, port: int, timeout_s: float) -> socket.socket:
    """Give a connection to an address, not to a name."""
    return socket.create_connection((address, port), timeout_s)


class Sender:
    """Posts bodies to receivers within the policy of the house."""

    def __init__(
        self,
        policy: Policy,
        *,
        resolve: Resolver = resolved,
        dial: Dial = dialled,
        context: ssl.SSLContext | None = None,
        timeout_s: float = TIMEOUT_S,
    ) -> None:
        self.policy = policy
        self._resolve = resolve
        self._dial = dial
        self._context = context
        self._timeout_s = timeout_s

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Send a body once, and say how it ended; nothing is raised for what others do."""
        deadline = time.monotonic() + self._timeout_s
        try:
            # Asked again at every try: the setting may have changed since the hook was made.
            target = rules.target_of(url, self.policy)
        except KbError:
            return Outcome(Problem.ADDRESS)
        try:
            addresses = self._addresses(target, deadline)
        except (OSError, UnicodeError):
            return Outcome(Problem.SILENT)
        # One closed address among open ones is a trap as well.
        if not addresses or not all(self._is_open(one) for one in addresses):
            return Outcome(Problem.CLOSED)
        try:
            status = self._status(target, addresses, body, headers, deadline)
        except ssl.SSLError:
            return Outcome(Problem.TLS)
        except (OSError, HTTPException, ValueError):
            return Outcome(Problem.SILENT)
        return Outcome(None if status in _SUCCESS else Problem.STATUS, status)

    def _addresses(self, target: Target, deadline: float) -> list[str]:
        """Resolve a name within the time of the try, which the system's own resolver may pass."""
        found: list[list[str] | OSError | UnicodeError] = []

        def ask() -> None:
            try:
                found.append(self._resolve(target.host, target.port))
            except (OSError, UnicodeError) as error:
                found.append(error)

        asking = threading.Thread(target=ask, name="kb-resolve", daemon=True)
        asking.start()
        asking.join(_left(deadline))
        if not found:
            raise TimeoutError("the name was not resolved in time")
        if isinstance(found[0], Exception):
            raise found[0]
        return found[0]

    def _is_open(self, address: str) -> bool:
        return rules.is_open(address, allows_private=self.policy.allows_private)

    def _status(
        self,
        target: Target,
        addresses: list[str],
        body: bytes,
        headers: Mapping[str, str],
        deadline: float,
    ) -> int:
        connection = HTTPConnection(target.host, target.port)
        # `http.client` writes a port that is not plain http's own.
        is_usual = target.is_tls and target.port == 443  # noqa: PLR2004 - the port of https
        own = {"Host": target.host} if is_usual else {}
        wire = self._wire(target, addresses, deadline)
        connection.sock = wire
        try:
            connection.request("POST", target.path, body, {**own, **headers})
            with connection.getresponse() as response:
                # Read a little, so that a receiver which writes is not cut off; then never mind.
                with suppress(OSError, HTTPException):
                    response.read(_MAX_ANSWER)
                return response.status
        finally:
            connection.close()
            wire.end()

    def _wire(self, target: Target, addresses: list[str], deadline: float) -> "_Wire":
        plain = self._reached(target, addresses, deadline)
        try:
            if not target.is_tls:
                return _Wire(plain, deadline)
            plain.settimeout(_left(deadline))
            context = self._context or ssl.create_default_context()
            return _Wire(context.wrap_socket(plain, server_hostname=target.host), deadline)
        except BaseException:
            plain.close()
            raise

    def _reached(self, target: Target, addresses: list[str], deadline: float) -> socket.socket:
        """Give a connection to the first checked address that answers."""
        problem = OSError("no address")
        for address in addresses:
            try:
                return self._dial(address, target.port, _left(deadline))
            except OSError as error:
                problem = error
        raise problem


class _Wire:
    """A connection of which each step has only the time that is left of the whole."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._connection = connection
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        self._connection.settimeout(_left(self._deadline))
        self._connection.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reading(self._connection, self._deadline))

    def close(self) -> None:
        """Nothing: `http.client` lets go as soon as it has read the head."""

    def end(self) -> None:
        self._connection.close()


class _Reading(io.RawIOBase):
    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self._connection = connection
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(_left(self._deadline))
        return self._connection.recv_into(buffer)


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError("the time of the whole try is over")
    return left
