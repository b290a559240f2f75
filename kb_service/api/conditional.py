"""Tags, caches and «give it to me only if»: ETag, 304, If-Match, Cache-Control, Vary.

A tag has two halves: the state of the thing that may be changed, and the answer's own bytes.
`If-Match` compares the first half, so that any reading of a thing can be the ground of a change;
`If-None-Match` compares both.
"""

import hashlib
from typing import Any

import msgspec
from litestar import Request, Response

from kb_service.base.errors import KbError, Kind
from kb_service.gate.headers import PRIVATE_PAGE, PUBLIC_PAGE
from kb_service.handbook.schemas import ItemView

VARY = "Accept, Accept-Language, Authorization, Cookie"
_HALF = 16


def state_tag(view: ItemView, *, is_whole: bool) -> str:
    """Give the half that stands for an item's state.

    A reading without the staff parts is no ground for a change of the whole: it has another one.
    """
    parts = (
        view.uid,
        view.path,
        view.revision,
        view.state,
        view.is_latest_live,
        view.modified.isoformat(),
        is_whole,
    )
    return _digest(repr(parts).encode())


def check_match(request: Request[Any, Any, Any], tag: str) -> None:
    """Refuse a change that was prepared on another state; without If-Match nothing is asked.

    Raises: item.stale.
    """
    wanted = request.headers.get("if-match")
    if not wanted or wanted.strip() == "*":
        return
    if tag not in {_bare(one).partition("-")[0] for one in wanted.split(",")}:
        raise KbError("item.stale", Kind.STALE)


def need_match(request: Request[Any, Any, Any], tag: str) -> None:
    """Refuse a change that does not say on which state it stands: services of our own.

    Raises: tag.needed, item.stale.
    """
    if not request.headers.get("if-match", "").strip():
        raise KbError("tag.needed", Kind.UNSEEN)
    check_match(request, tag)


def answer(
    request: Request[Any, Any, Any],
    body: Any,
    *,
    tag: str = "",
    status: int = 200,
    headers: dict[str, str] | None = None,
    is_public: bool = False,
) -> Response[Any]:
    """Give a JSON answer with its tag, or 304 where the caller has it already."""
    content = msgspec.json.encode(body)
    whole = f"{tag}-{_digest(content)}" if tag else _digest(content)
    fixed = {
        "ETag": f'"{whole}"',
        "Cache-Control": PUBLIC_PAGE if is_public else PRIVATE_PAGE,
        "Vary": VARY,
        **(headers or {}),
    }
    is_known = whole in _known(request.headers.get("if-none-match", ""))
    if is_known and request.method == "GET" and status == 200:  # noqa: PLR2004
        return Response(b"", status_code=304, headers=fixed, media_type="application/json")
    return Response(content, status_code=status, headers=fixed, media_type="application/json")


def _known(header: str) -> set[str]:
    return {_bare(one) for one in header.split(",")}


def _bare(tag: str) -> str:
    return tag.strip().removeprefix("W/").strip('"')


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:_HALF]
