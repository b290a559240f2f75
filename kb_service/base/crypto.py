"""Hashes of passwords, secrets and tokens. Nothing here is reversible.

Passwords are argon2id (19 MiB, two passes: OWASP's minimum); hashing takes tens of milliseconds and
is done before a write transaction begins. Secrets of links, sessions and tokens are random enough
that SHA-256 is the right hash for them.
"""

import hashlib
import hmac
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Compared against when there is no such account, so that an unknown name takes as long as a known.
_NOBODY = _HASHER.hash(secrets.token_urlsafe(32))


def hash_password(password: str) -> str:
    """Give the argon2id hash with its salt and parameters."""
    return _HASHER.hash(password)


def password_fits(password_hash: str | None, password: str) -> bool:
    """Say whether the password is the hashed one; takes equally long without a hash."""
    try:
        return _HASHER.verify(password_hash or _NOBODY, password) and bool(password_hash)
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(password_hash: str) -> bool:
    """Say whether the hash was made with weaker parameters than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def hash_secret(secret: str) -> str:
    """Give the SHA-256 of a random secret, as it is kept in the database."""
    return hashlib.sha256(secret.encode()).hexdigest()


def same(first: str, second: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(first.encode(), second.encode())
