"""The health of the service."""

from msgspec import Struct


class EncoderHealth(Struct):
    """The semantic leg: its name, and how many texts wait to be encoded."""

    name: str
    pending: int


class Checks(Struct):
    """What the service needs in order to answer."""

    database: bool
    index: bool
    outbox: dict[str, int]
    encoder: EncoderHealth


class Health(Struct, omit_defaults=True):
    """Whether the service lives and, with `?ready`, whether it can answer questions."""

    status: str
    checks: Checks | None = None
