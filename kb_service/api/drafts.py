"""`@drafts`: replies that are being written, for pages and for other desk systems.

A change says by `If-Match` on which edition it stands. A text that cannot become the draft's own is
kept as a version all the same, and the refusal names it: nothing that was sent is lost.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from litestar import Request, Response, get, post, put
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery, JSONBody

from kb_service.api.addresses import addresses_of
from kb_service.api.conditional import answer
from kb_service.api.language import speaker_of
from kb_service.api.listing import Listing, provide_listing
from kb_service.api.problems import problem
from kb_service.api.responses import may_answer
from kb_service.api.schemas.drafts import (
    CheckAnswer,
    CheckFinding,
    DraftAnswer,
    DraftList,
    InsertAnswer,
    InsertBody,
    KeptAnswer,
    Piece,
    ReadyAnswer,
    StepBody,
    VersionAnswer,
    VersionList,
)
from kb_service.base.errors import FieldError, KbError, Kind
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate.headers import PRIVATE_PAGE
from kb_service.gate.site import Site
from kb_service.handbook import queries as handbook
from kb_service.letters import out, queries
from kb_service.letters.acts import drafting, finishing
from kb_service.letters.out import Form
from kb_service.letters.rules.coverage import coverage
from kb_service.letters.schemas import Content, Kept, Level, Status

_ONE = "/api/@drafts/{uid:str}"
_OPTIONS: dict[str, Any] = {"tags": ["drafts"], "sync_to_thread": True}
_STEPS: Mapping[str, Callable[..., Any]] = {
    "reopen": finishing.reopen,
    "put-away": finishing.put_away,
}
_BESIDE: Mapping[str, tuple[str, Kind]] = {
    "stale": ("reply.stale_kept", Kind.STALE),
    "held": ("reply.held_kept", Kind.CONFLICT),
    "frozen": ("reply.frozen_kept", Kind.CONFLICT),
}


@get(
    "/api/@drafts",
    dependencies={"listing": Provide(provide_listing, sync_to_thread=False)},
    responses=may_answer(304, 400, 401, 403),
    summary="The drafts that the caller may open",
    **_OPTIONS,
)
def list_drafts(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    listing: NamedDependency[Listing],
    status: FromQuery[Status | None] = None,
    mine: FromQuery[bool] = False,
) -> Response[DraftList]:
    """Give one page of drafts, the last written first."""
    rows, total = queries.drafts(
        work, status=status, is_mine=mine, start=listing.start, size=listing.size
    )
    return answer(request, DraftList(addresses_of(request).here(), rows, total))


@post(
    "/api/@drafts",
    responses=may_answer(400, 401, 403, 413),
    summary="Begin a draft",
    status_code=201,
    **_OPTIONS,
)
def begin_draft(
    request: Request[Any, Any, Any], work: NamedDependency[Work], data: JSONBody[Content]
) -> Response[DraftAnswer]:
    """Begin a draft of one's own; the letter, its questions and the card may come along."""
    uid = drafting.begin(work, data)
    return _whole(request, work, uid, status=201)


@get(_ONE, responses=may_answer(304, 401, 403, 404), summary="A draft whole", **_OPTIONS)
def read_draft(
    request: Request[Any, Any, Any], work: NamedDependency[Work], uid: FromPath[str]
) -> Response[DraftAnswer]:
    """Give a draft as it was last kept. Raises: draft.missing."""
    return _whole(request, work, uid)


@put(
    _ONE,
    responses=may_answer(400, 401, 403, 404, 409, 412, 413, 428),
    summary="Keep what is written",
    **_OPTIONS,
)
def write_draft(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    uid: FromPath[str],
    data: JSONBody[Content],
    tab: FromQuery[str] = "",
) -> Response[Any]:
    """Keep the draft's text, or keep it beside and say so. Raises: draft.missing, tag.needed."""
    work.allow(Permission.DRAFT)
    kept = drafting.write(work, uid, data, based_on=_edition(request), tab=tab)
    if kept.is_beside:
        return _kept_beside(request, kept)
    return answer(request, KeptAnswer(edition=kept.edition), tag=str(kept.edition))


@post(
    f"{_ONE}/fragments",
    responses=may_answer(400, 401, 403, 404, 409),
    summary="Put a standard text in",
    status_code=201,
    **_OPTIONS,
)
def insert_fragment(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    uid: FromPath[str],
    data: JSONBody[InsertBody],
) -> Response[InsertAnswer]:
    """Put a standard text in, with where it came from. Raises: draft.missing, reply.held."""
    given = drafting.insert(
        work, uid, data.item, questions=data.questions, after=data.after, face=data.face,
        tab=data.tab,
    )  # fmt: skip
    body = InsertAnswer(
        fragment=given.fragment,
        edition=given.edition,
        last_number=given.last_number,
        changed=[Piece(one.op, one.text) for one in given.changed],
    )
    return answer(request, body, tag=str(given.edition), status=201)


@get(
    f"{_ONE}/checks",
    responses=may_answer(304, 401, 403, 404),
    summary="What the checks say of a draft",
    **_OPTIONS,
)
def check_draft(
    request: Request[Any, Any, Any], work: NamedDependency[Work], uid: FromPath[str]
) -> Response[CheckAnswer]:
    """Give the reply as its reader would see it, and every finding with its place."""
    draft = queries.draft(work, uid)
    reply, found = queries.findings(work, draft.content)
    speaker = speaker_of(request)
    said = [
        CheckFinding(
            **msgspec.structs.asdict(one),
            message=speaker.error(
                FieldError(one.where, one.code, {**one.params, "quote": one.quote})
            ),
        )
        for one in found
    ]
    body = CheckAnswer(
        edition=draft.edition,
        is_ready=all(one.level != Level.BLOCK for one in found),
        coverage=coverage(draft.content),
        findings=said,
        reply=reply,
    )
    return answer(request, body, tag=str(draft.edition))


@post(
    f"{_ONE}/ready",
    responses=may_answer(400, 401, 403, 404, 409, 428),
    summary="Freeze a draft that is ready",
    status_code=200,
    **_OPTIONS,
)
def make_ready(
    request: Request[Any, Any, Any], work: NamedDependency[Work], uid: FromPath[str]
) -> Response[ReadyAnswer]:
    """Freeze the draft; refused with every place that blocks. Raises: reply.not_ready."""
    work.allow(Permission.DRAFT)
    number = finishing.make_ready(work, uid, based_on=_edition(request))
    return answer(request, ReadyAnswer(version=number))


@post(
    f"{_ONE}/{{step:str}}",
    responses=may_answer(400, 401, 403, 404, 409),
    summary="Take over, open again, put away",
    status_code=204,
    **_OPTIONS,
)
def step_draft(
    work: NamedDependency[Work],
    uid: FromPath[str],
    step: FromPath[str],
    data: JSONBody[StepBody | None] = None,
) -> Response[None]:
    """Take a step: `take-over`, `reopen`, `put-away`. Raises: draft.missing, reply.frozen."""
    work.allow(Permission.DRAFT)
    body = data or StepBody()
    if step == "take-over":
        drafting.take_over(work, uid, tab=body.tab)
    elif step in _STEPS:
        _STEPS[step](work, uid, reason=body.reason)
    else:
        raise KbError("service.missing", Kind.MISSING)
    return Response(None, status_code=204)


@get(
    f"{_ONE}/text",
    responses=may_answer(400, 401, 403, 404),
    summary="The reply as text, Markdown, Word or PDF",
    description="`version` 0 is what is written now. Word and PDF are marked as a draft.",
    media_type="application/octet-stream",
    **_OPTIONS,
)
def take_draft_out(
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    uid: FromPath[str],
    form: FromQuery[Form] = "txt",
    version: FromQuery[int] = 0,
) -> Response[bytes]:
    """Give the reply as a file. Raises: draft.missing, version.missing, package.missing."""
    given = queries.outgoing(work, uid, version)
    letter = out.letter(given, handbook.company(work), site.renderer.letter_html)
    headers = {
        "Content-Disposition": f'attachment; filename="reply-{given.version}.{form}"',
        "Cache-Control": PRIVATE_PAGE,
        "X-Content-Type-Options": "nosniff",
    }
    return Response(out.made(letter, form), media_type=out.MEDIA[form], headers=headers)


@get(
    f"{_ONE}/versions",
    responses=may_answer(304, 401, 403, 404),
    summary="The kept versions of a draft",
    **_OPTIONS,
)
def list_versions(
    request: Request[Any, Any, Any], work: NamedDependency[Work], uid: FromPath[str]
) -> Response[VersionList]:
    """Give the versions, the newest first. Raises: draft.missing."""
    rows = queries.versions(work, uid)
    return answer(request, VersionList(items=rows, items_total=len(rows)))


@get(
    f"{_ONE}/versions/{{number:int}}",
    responses=may_answer(304, 401, 403, 404),
    summary="One kept version",
    **_OPTIONS,
)
def read_version(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    uid: FromPath[str],
    number: FromPath[int],
) -> Response[VersionAnswer]:
    """Give a version whole. Raises: draft.missing, version.missing."""
    row, content = queries.version(work, uid, number)
    body = VersionAnswer(
        number=row.number,
        author_name=row.author_name,
        moment=row.moment,
        reason=row.reason,
        is_beside=row.is_beside,
        content=content,
    )
    return answer(request, body)


def _whole(
    request: Request[Any, Any, Any], work: Work, uid: str, *, status: int = 200
) -> Response[DraftAnswer]:
    draft = queries.draft(work, uid)
    place = f"{addresses_of(request).service('@drafts', '/')}/{uid}"
    body = DraftAnswer(id_=place, **msgspec.structs.asdict(draft))
    headers = {"Location": place} if status == 201 else None  # noqa: PLR2004
    return answer(request, body, tag=str(draft.edition), status=status, headers=headers)


def _edition(request: Request[Any, Any, Any]) -> int:
    """Give the edition that If-Match names; `*` and what is no tag of ours name none."""
    header = request.headers.get("if-match", "").strip()
    if not header:
        raise KbError("tag.needed", Kind.UNSEEN)
    number = header.removeprefix("W/").strip('"').partition("-")[0]
    return int(number) if number.isdecimal() and len(number) < 10 else 0  # noqa: PLR2004


def _kept_beside(request: Request[Any, Any, Any], kept: Kept) -> Response[bytes]:
    """Refuse without taking back: the text that was sent stays as a version."""
    code, kind = _BESIDE[kept.reason]
    error = KbError(code, kind, version=kept.version, edition=kept.edition, name=kept.writer)
    return problem(request, error)


routes: list[Any] = [
    list_drafts,
    begin_draft,
    read_draft,
    write_draft,
    insert_fragment,
    check_draft,
    take_draft_out,
    make_ready,
    step_draft,
    list_versions,
    read_version,
]
