"""What goes wrong on purpose: one class, a code, a kind; no HTTP here.

The kind decides everything else: the status of the API, the exit status of the command line, the
page that is shown (docs/errors.md). The sentence a person reads comes from the catalogue by code.
Anything that is not a KbError is a defect and answers 500 without details.
"""

from enum import StrEnum
from typing import Any

import msgspec


class Kind(StrEnum):
    """The families of errors; conventions of HTTP and of exit statuses hang on them."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    MISSING = "missing"
    CONFLICT = "conflict"
    STALE = "stale"
    UNSEEN = "unseen"
    GONE = "gone"
    TOO_MANY = "too_many"
    UNAVAILABLE = "unavailable"


class FieldError(msgspec.Struct, frozen=True):
    """One field of the input that is not right; `code` is looked up in the catalogue."""

    field: str
    code: str
    params: dict[str, Any] = {}


class KbError(Exception):
    """An error with a code `noun.problem`, its kind and the values its sentence needs.

    `allowed` says what would be valid, where it is known; `place` is a file and line or a field.
    """

    def __init__(
        self,
        code: str,
        kind: Kind = Kind.INVALID,
        *,
        fields: tuple[FieldError, ...] = (),
        allowed: tuple[str, ...] = (),
        **params: Any,
    ) -> None:
        self.code = code
        self.kind = kind
        self.fields = fields
        self.allowed = allowed
        self.params = params
        super().__init__(code, params)

    def __str__(self) -> str:
        details = ", ".join(f"{key}={value}" for key, value in self.params.items())
        return f"{self.code} ({details})" if details else self.code


def invalid(code: str, *fields: FieldError, **params: Any) -> KbError:
    """The input cannot be taken as it is."""
    return KbError(code, Kind.INVALID, fields=fields, **params)


def missing(code: str, **params: Any) -> KbError:
    """There is no such thing, or the actor may not know of it."""
    return KbError(code, Kind.MISSING, **params)


def forbidden(code: str, **params: Any) -> KbError:
    """The actor is known and may not do this."""
    return KbError(code, Kind.FORBIDDEN, **params)


def unauthenticated(code: str, **params: Any) -> KbError:
    """Nobody is signed in, or the token or password is wrong."""
    return KbError(code, Kind.UNAUTHENTICATED, **params)


def conflict(code: str, *, allowed: tuple[str, ...] = (), **params: Any) -> KbError:
    """The state of the thing does not admit this now."""
    return KbError(code, Kind.CONFLICT, allowed=allowed, **params)
