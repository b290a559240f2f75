"""Tokens of programs as JSON Web Tokens: HS256, `sub` the login, `jti` the row that can be revoked.

The signature says that we made it; whether it still holds is said by the row alone, so that a
revoked token ends at once.
"""

from datetime import datetime

import jwt

from kb_service.base.errors import KbError, Kind
from kb_service.base.ids import Uid, is_uid

_ALGORITHM = "HS256"
_CLAIMS = ["sub", "jti", "exp"]
_LONGEST = 2000
_SHORTEST_KEY = 32


def encode(login: str, name: str, jti: Uid, now: datetime, end: datetime, key: str) -> str:
    """Make a token. `fullname` stands in it as in Plone's, for clients that greet their user."""
    if len(key) < _SHORTEST_KEY:
        raise KbError("secret.missing", Kind.UNAVAILABLE)
    claims = {"sub": login, "fullname": name, "jti": jti, "iat": now, "exp": end}
    return jwt.encode(claims, key, algorithm=_ALGORITHM)


def jti_of(token: str, key: str) -> Uid | None:
    """Give the row of a token that we signed; None for anything else. Whether it holds: the row."""
    # An empty key would let anybody sign.
    if len(token) > _LONGEST or len(key) < _SHORTEST_KEY:
        return None
    try:
        claims = jwt.decode(
            token,
            key,
            algorithms=[_ALGORITHM],
            options={"require": _CLAIMS, "verify_exp": False, "verify_iat": False},
        )
    except jwt.InvalidTokenError:
        return None
    jti = str(claims["jti"])
    return Uid(jti) if is_uid(jti) else None
