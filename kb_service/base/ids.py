"""Names of things, made in Python before the flush, so that the audit can name a new object."""

import os
import secrets
import time
from typing import NewType

Uid = NewType("Uid", str)

_UID_LENGTH = 32


def new_uid() -> Uid:
    """Give a fresh UUIDv7 as 32 hexadecimal letters; later ones sort after earlier ones."""
    raw = bytearray((time.time_ns() // 1_000_000).to_bytes(6, "big") + os.urandom(10))
    raw[6] = (raw[6] & 0x0F) | 0x70
    raw[8] = (raw[8] & 0x3F) | 0x80
    return Uid(raw.hex())


def is_uid(text: str) -> bool:
    """Say whether the text has the form of a uid."""
    return len(text) == _UID_LENGTH and all(letter in "0123456789abcdef" for letter in text)


def new_secret() -> str:
    """Give an unguessable text for links, sessions and tokens; 43 letters, 256 bits."""
    return secrets.token_urlsafe(32)
