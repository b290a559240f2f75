"""What others build on: `@answers` and `@suggest` for a question, `@render` for a preview."""

from datetime import date
from typing import Annotated, Any, Literal

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter

from kb_service.api.addresses import Addresses, addresses_of
from kb_service.api.conditional import answer as answered
from kb_service.api.language import speaker_of
from kb_service.api.responses import may_answer
from kb_service.api.schemas.answers import (
    AnswerItem,
    Answers,
    DangerValue,
    LineError,
    RenderBody,
    RenderedText,
    Suggest,
    SuggestItem,
)
from kb_service.api.schemas.tree import CrumbLink
from kb_service.api.serialize import plain_day
from kb_service.base.errors import FieldError
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate import metrics
from kb_service.gate.limits import check_day
from kb_service.gate.paths import content_path
from kb_service.gate.site import Site
from kb_service.handbook import parts
from kb_service.handbook import queries as handbook
from kb_service.handbook.schemas import Danger, Rendered
from kb_service.search import queries
from kb_service.search.schemas import Answer, Ask
from kb_service.search.suggest import suggest as suggestions_for

MAX_LIMIT = 50
ASK_PATH = "/ask"
_SITE_LIMIT = 5

Question = Annotated[str, QueryParameter(name="q", description="The question in anybody's words.")]


@get(
    "/api/@answers",
    responses=may_answer(304, 400, 401, 403),
    summary="Answer a question",
    tags=["search"],
    sync_to_thread=True,
)
def answers(  # noqa: PLR0917 - what Litestar hands in
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    q: Question = "",
    limit: Annotated[int, QueryParameter(ge=1, le=MAX_LIMIT)] = _SITE_LIMIT,
    audience: Annotated[
        Literal["public", "staff"], QueryParameter(description="`staff` needs to be signed in.")
    ] = "public",
    as_of: Annotated[
        date | None,
        QueryParameter(
            description="The items as they were live on this day, with its facts. What was not "
            "live then is left out; what fits the question is judged by the texts of today."
        ),
    ] = None,
) -> Response[Answers]:
    """Give the standard questions that answer what was asked, danger first, and how sure we are.

    A visitor's answer never holds staff text.
    Raises: session.needed, act.forbidden, date.out_of_range.
    """
    check_day(as_of)
    is_staff = audience == "staff"
    work.allow(Permission.SEARCH_STAFF if is_staff else Permission.SEARCH)
    path = content_path(request)
    found = queries.answer(
        work,
        site.engine,
        Ask(
            text=typed(q),
            limit=limit,
            staff=is_staff,
            topic="" if path == "/" else path,
            as_of=as_of,
            channel="api",
        ),
    )
    metrics.question(_outcome(found))
    body = _body(found, q, addresses_of(request), _ways_to_ask(work))
    return answered(request, body, is_public=not (is_staff or work.actor.is_staff))


@get(
    "/api/@suggest",
    responses=may_answer(304, 400),
    summary="Suggest while somebody types",
    tags=["search"],
)
async def suggest(
    request: Request[Any, Any, Any], site: NamedDependency[Site], q: Question = ""
) -> Response[Suggest]:
    """Give questions and completions for what has been typed so far.

    On the event loop, from memory: neither the thread pool nor the database is waited for.
    """
    found = suggestions_for(site.engine, typed(q))
    addresses = addresses_of(request)
    body = Suggest(
        items=[SuggestItem(addresses.item(one.path), one.title) for one in found.items],
        completions=found.completions,
    )
    return answered(request, body, is_public=True)


@post(
    "/api/@render",
    responses=may_answer(400, 401, 403, 413),
    summary="Preview a text",
    tags=["content"],
    status_code=200,
    sync_to_thread=True,
)
def render(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    data: JSONBody[RenderBody],
) -> Response[RenderedText]:
    """Give the HTML that would be published of a body, and its mistakes by line.

    Raises: session.needed, act.forbidden, render.too_large, render.too_heavy.
    """
    work.allow_somewhere(Permission.ADD)
    speaker = speaker_of(request)
    mistakes = parts.problems(data.text)
    shown = Rendered()
    if not mistakes:
        split = parts.split(data.text)
        context = handbook.context(work)
        mistakes = site.renderer.check(split, context)
        # What has a mistake cannot be filled in; the editor's page keeps the last good preview.
        shown = shown if mistakes else site.renderer.render(split, context)
    errors = [
        LineError(one.line, speaker.error(FieldError("text", one.code, one.params)), one.code)
        for one in mistakes
    ]
    return answered(request, RenderedText(shown.public, shown.staff, shown.letter, errors))


def typed(text: str) -> str:
    """Give what was typed as text that every part of the house can hold."""
    return text.replace("\0", " ")


def _outcome(found: Answer) -> str:
    if found.danger is not None:
        return "danger"
    return "confident" if found.confident else "unsure"


def _ways_to_ask(work: Work) -> str:
    """Give the address where a person can be asked: the company's own, or the page of the site."""
    return str(handbook.company(work).get("ask_url") or ASK_PATH)


def _body(found: Answer, asked: str, addresses: Addresses, ask: str) -> Answers:
    return Answers(
        query=asked,
        corrected=found.corrected or None,
        danger=danger_value(found.danger, addresses),
        confident=found.confident,
        legs=[str(leg) for leg in found.legs],
        items=[
            AnswerItem(
                id=addresses.item(hit.card.path),
                uid=hit.card.uid,
                code=hit.card.code,
                title=hit.card.title,
                description=hit.card.description,
                excerpt=hit.excerpt,
                confidence=round(hit.confidence, 4),
                review_state=str(hit.card.state),
                checked=plain_day(hit.card.checked),
            )
            for hit in found.hits
        ],
        items_total=found.total,
        ask=addresses.item(ask) if ask.startswith("/") else ask,
    )


def danger_value(danger: Danger | None, addresses: Addresses) -> DangerValue | None:
    """Give a danger as it goes out, its items with their addresses."""
    if danger is None:
        return None
    return DangerValue(
        text=danger.text,
        phone=danger.phone,
        rule=danger.rule,
        title=danger.title,
        steps=danger.steps,
        matched=danger.matched,
        items=[CrumbLink(addresses.item(path), path) for path in danger.paths],
    )
