"""An encoder at an address of the company's own, as OpenAI's embeddings are asked for.

Only the text to be encoded goes out, a question without personal data. Where nobody answers, or not
in time, or with something else, the other legs answer alone, and the address is left in peace for a
while: no question waits for a service that is known to be away.
"""

import ssl
import time
from collections.abc import Sequence
from hashlib import blake2b
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import SplitResult, urlsplit

import msgspec
import numpy as np

from kb_service.base.errors import KbError, Kind
from kb_service.search.arrays import Floats
from kb_service.search.semantic import Kind as TextKind
from kb_service.text.personal_data import mask

_OK = 200
_MAX_BYTES = 8 * 1024 * 1024
_PAUSE_S = 10.0


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where the encoder is and how it is asked; `prefixes` stand before a text, by its kind."""

    url: str
    model: str
    dimensions: int
    key: str = ""
    prefixes: tuple[str, str] = ("", "")
    timeout_s: float = 2.0


class _Embedding(msgspec.Struct):
    embedding: list[float]
    index: int = 0


class _Embeddings(msgspec.Struct):
    data: list[_Embedding]


class RemoteEncoder:
    """An encoder behind an address. Every failure is `encoder.away`."""

    def __init__(self, place: Place, pause_s: float = _PAUSE_S) -> None:
        self.place = place
        self.dimensions = place.dimensions
        # Vectors are kept by this name: what makes other vectors must make another name.
        told = repr((place.url, place.model, place.dimensions, place.prefixes))
        self.name = f"{place.model[:40]}-{blake2b(told.encode(), digest_size=6).hexdigest()}"
        self._pause_s = pause_s
        self._away_until = 0.0

    def encode(self, texts: Sequence[str], kind: TextKind = "query") -> Floats:
        """Give the vectors, of unit length. Raises: encoder.away."""
        if not texts:
            return np.empty((0, self.dimensions), dtype=np.float32)
        if time.monotonic() < self._away_until:
            raise _away("left in peace after a failure")
        prefix = self.place.prefixes[kind == "passage"]
        plain = [mask(text, strict=True) if kind == "query" else text for text in texts]
        try:
            return self._vectors(self._asked([prefix + text for text in plain]), len(texts))
        except (OSError, HTTPException, ValueError) as error:
            self._away_until = time.monotonic() + self._pause_s
            raise _away(type(error).__name__) from error

    def _asked(self, texts: Sequence[str]) -> bytes:
        address = urlsplit(self.place.url)
        body = msgspec.json.encode(
            {"model": self.place.model, "input": texts, "encoding_format": "float"}
        )
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.place.key:
            headers["Authorization"] = f"Bearer {self.place.key}"
        path = (address.path or "/") + (f"?{address.query}" if address.query else "")
        connection = _connection(address, self.place.timeout_s)
        try:
            connection.request("POST", path, body, headers)
            with connection.getresponse() as response:
                data = response.read(_MAX_BYTES + 1)
        finally:
            connection.close()
        # A redirect is no answer either: the text goes where the setting says and nowhere else.
        if response.status != _OK or len(data) > _MAX_BYTES:
            raise ValueError(f"status {response.status}")
        return data

    def _vectors(self, data: bytes, count: int) -> Floats:
        given = msgspec.json.decode(data, type=_Embeddings).data
        rows = [one.embedding for one in sorted(given, key=lambda one: one.index)]
        if len(rows) != count or any(len(row) != self.dimensions for row in rows):
            raise ValueError("another number of vectors, or of dimensions")
        vectors = np.array(rows, dtype=np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(vectors).all() or not lengths.all():
            raise ValueError("not vectors")
        unit: Floats = (vectors / lengths).astype(np.float32)
        return unit


def _connection(address: SplitResult, timeout_s: float) -> HTTPConnection:
    host, port = address.hostname or "", address.port
    if address.scheme == "https":
        context: Any = ssl.create_default_context()
        return HTTPSConnection(host, port, timeout=timeout_s, context=context)
    return HTTPConnection(host, port, timeout=timeout_s)


def _away(problem: str) -> KbError:
    return KbError("encoder.away", Kind.UNAVAILABLE, problem=problem)
