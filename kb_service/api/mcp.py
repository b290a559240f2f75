"""The handbook as tools of a language model (MCP): search, read, propose, take a letter apart.

The same acts, queries and permissions as everywhere; the caller is whose token stands in the
request, or a visitor. Tools are plain handlers that the plugin finds by their marks, so nothing
here needs the plugin's package. They answer POST alone: a question never stands in an address.
What a tool proposes is private until an editor has read it.
"""

import inspect
from collections.abc import Callable, MutableMapping
from datetime import date
from typing import Any, cast

import msgspec
from litestar import Request, Response, Router, post
from litestar.connection import ASGIConnection
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import JSONBody

from kb_service.api.addresses import addresses_of
from kb_service.api.answers import typed
from kb_service.api.found import item_at
from kb_service.api.letters import letter_analysis
from kb_service.api.problems import problem
from kb_service.api.schemas.letters import LetterAnalysis
from kb_service.base.errors import FieldError, invalid
from kb_service.base.ids import is_uid
from kb_service.base.optional import need
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate.limits import check_day
from kb_service.gate.site import Site
from kb_service.gate.unit import end_left_open
from kb_service.handbook import codec, parts
from kb_service.handbook import queries as handbook
from kb_service.handbook.acts import edit
from kb_service.handbook.render import Context, expand
from kb_service.handbook.schemas import ItemView, Parts, StandardQuestion
from kb_service.letters import queries as letters
from kb_service.search import queries
from kb_service.search.schemas import Ask

ADDRESS = "/mcp"
MAX_FOUND = 20
# A model asks once: it waits for the lists by meaning.
LETTER_WAIT_S = 5.0
# Not the cookie: a browser would send it unasked.
_HANDED_ON = (b"authorization", b"accept-language", b"host")
_CALLER = "kb_mcp_caller"
_FENCE = "::: {part}\n{text}\n:::\n"
INSTRUCTIONS = (
    "The handbook of standard questions of an electric power company, in Russian. Search first; "
    "answer only from what `read_answer` gives, and name its address and the day it was checked. "
    "If `danger` is set, give its instruction and telephone number before anything else. If "
    "`confident` is false, say so and name `ask`. A customer's letter goes through "
    "`analyse_letter` first."
)


class Question(msgspec.Struct, forbid_unknown_fields=True):
    """What is asked, in anybody's words. `staff` also searches what only employees read."""

    question: str
    limit: int = 5
    staff: bool = False


class FoundAnswer(msgspec.Struct):
    """A standard question that may answer what was asked."""

    address: str
    path: str
    code: str
    title: str
    description: str
    confidence: float
    checked: str


class Found(msgspec.Struct):
    """What the search says. `danger` comes before any answer; `ask` is where a person answers."""

    danger: str
    phone: str
    confident: bool
    corrected: str
    answers: list[FoundAnswer]
    ask: str


class LetterText(msgspec.Struct, forbid_unknown_fields=True):
    """A customer's letter as it came."""

    text: str


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """Which item: its path, uid or code; `as_of` gives the text and the facts of a past day."""

    item: str
    as_of: date | None = None


class AnswerText(msgspec.Struct):
    """An item as this caller may read it; `staff` and `letter` are for employees."""

    address: str
    path: str
    code: str
    title: str
    description: str
    text: str
    staff: str
    letter: str
    sources: list[str]
    valid_from: str
    checked: str
    state: str
    revision: int


class Proposal(msgspec.Struct, forbid_unknown_fields=True):
    """A standard question to be looked at by an editor. Texts are Markdown; `topic` is a path."""

    topic: str
    title: str
    answer: str
    description: str = ""
    wordings: list[str] = []
    staff: str = ""
    letter: str = ""
    comment: str = ""


class Proposed(msgspec.Struct):
    """Where the proposal stands now."""

    address: str
    path: str
    uid: str
    state: str


def _tool(function: Callable[..., Any]) -> HTTPRouteHandler:
    """Make a handler of a function that a model may call; its docstring is what the model reads."""
    return post(
        f"/{function.__name__}",
        mcp_tool=function.__name__,
        mcp_description=inspect.getdoc(function),
        status_code=200,
        sync_to_thread=True,
    )(function)


@_tool
def search_answers(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    data: JSONBody[Question],
) -> Found:
    """Find the standard questions that answer what was asked, in Russian or English.

    Gives danger first, how sure the search is, and titles with their paths; read them with
    `read_answer`.
    """
    work.allow(Permission.SEARCH_STAFF if data.staff else Permission.SEARCH)
    limit = max(1, min(data.limit, MAX_FOUND))
    ask = Ask(text=typed(data.question), limit=limit, staff=data.staff, channel="mcp")
    found = queries.answer(work, site.engine, ask)
    addresses = addresses_of(request)
    return Found(
        danger=found.danger.text if found.danger else "",
        phone=found.danger.phone if found.danger else "",
        confident=found.confident,
        corrected=found.corrected or "",
        answers=[
            FoundAnswer(
                address=addresses.item(hit.card.path),
                path=hit.card.path,
                code=hit.card.code,
                title=hit.card.title,
                description=hit.card.description,
                confidence=hit.confidence,
                checked=_day(hit.card.checked),
            )
            for hit in found.hits
        ],
        ask=str(handbook.company(work).get("ask_url") or addresses.item("/ask")),
    )


@_tool
def read_answer(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    data: JSONBody[Wanted],
) -> AnswerText:
    """Read one item of the handbook whole, with its sources and the day it was checked."""
    check_day(data.as_of)
    path = _path(work, data.item)
    view = item_at(work, site, path, data.as_of)
    address = addresses_of(request).item(view.path)
    return _text(view, address, handbook.context(work, data.as_of))


@_tool
def propose_question(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    data: JSONBody[Proposal],
) -> Proposed:
    """Propose a new standard question. It stays private until an editor publishes it."""
    work.allow_somewhere(Permission.ADD)
    topic = item_at(work, site, data.topic)
    content = StandardQuestion(
        title=data.title.strip(), description=data.description, wordings=data.wordings
    )
    if not content.title:
        raise invalid("content.wrong", FieldError("title", "title.needed"))
    text = codec.revision_text(codec.new("StandardQuestion", content, _body(data)))
    uid = edit.create(work, topic.uid, text, comment=data.comment)
    view = handbook.by_uid(work, site.renderer, uid, latest=True)
    return Proposed(
        address=addresses_of(request).item(view.path),
        path=view.path,
        uid=view.uid,
        state=str(view.state),
    )


@_tool
def analyse_letter(
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    data: JSONBody[LetterText],
) -> LetterAnalysis:
    """Take a customer's letter apart: what it asks, what may answer, how urgent it is.

    For employees who answer customers. Danger comes first: give its steps and telephone number
    before anything else. Nothing is kept. Read a proposal with `read_answer` before using it.
    """
    work.allow_somewhere(Permission.DRAFT)
    found = letters.analysis(work, site.engine, typed(data.text), wait_s=LETTER_WAIT_S)
    return letter_analysis(found, addresses_of(request))


def tool_problem(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Give an error as the plugin passes it on to a model: the same body, not yet bytes."""
    answer = problem(request, error)
    return Response(msgspec.json.decode(answer.content), status_code=answer.status_code)


tools = Router(
    "/api/@tools",
    route_handlers=[search_answers, read_answer, propose_question, analyse_letter],
    include_in_schema=False,
    # The plugin calls a tool within its own request: the path does not tell which face asks.
    exception_handlers={Exception: tool_problem},
)


def remember_caller(connection: ASGIConnection[Any, Any, Any, Any], _handler: object) -> None:
    """Keep what a tool must know of the call around it: the plugin hands on no headers."""
    scope = connection.scope
    scope["state"][_CALLER] = {
        "headers": [pair for pair in scope["headers"] if pair[0].lower() in _HANDED_ON],
        **{name: scope.get(name) for name in ("client", "server", "scheme")},
    }


def become_caller(_tool: str, _values: dict[str, Any], request: Request[Any, Any, Any]) -> None:
    """Let a tool's request be the caller's: same token, same language, same address."""
    caller = request.scope["state"].pop(_CALLER, None)
    if caller is not None:
        request.scope["headers"] = [*request.scope["headers"], *caller.pop("headers")]
        request.scope.update(caller)


async def end_unit(
    _tool: str, _values: dict[str, Any], request: Request[Any, Any, Any], **_outcome: Any
) -> None:
    """Take back the unit of a tool that failed before it was reached (gate.unit)."""
    await end_left_open(cast("MutableMapping[str, Any]", request.scope))


def plugin() -> Any:
    """Give the plugin that serves the tools at `/mcp`. Raises: package.missing."""
    litestar_mcp = need("litestar_mcp", extra="mcp")
    config = litestar_mcp.MCPConfig(
        base_path=ADDRESS,
        name="kb_service",
        instructions=INSTRUCTIONS,
        guards=[remember_caller],
        before_tool_call=become_caller,
        after_tool_call=end_unit,
    )
    return litestar_mcp.LitestarMCP(config)


def _path(work: Work, item: str) -> str:
    """Give the path of an item named by its path, uid or code. Raises: item.missing."""
    name = typed(item).strip()
    if name.startswith("/"):
        return "/" + name.strip("/")
    if is_uid(name):
        found = handbook.cards(work, [name])
        return next((card.path for card in found.values()), "/" + name)
    return handbook.path_of_code(work, name)


def _text(view: ItemView, address: str, day: Context) -> AnswerText:
    split = parts.split(view.markdown) if view.source else Parts(public=view.markdown)
    return AnswerText(
        address=address,
        path=view.path,
        code=view.code,
        title=view.title,
        description=view.description,
        text=expand(split.public, day) if view.source else split.public,
        staff=expand(split.staff, day),
        letter=view.letter_text,
        sources=[f"{one.act} {one.clause}".strip() for one in view.sources],
        valid_from=_day(view.valid_from),
        checked=_day(view.checked),
        state=str(view.state),
        revision=view.revision,
    )


def _body(data: Proposal) -> str:
    fences = [
        _FENCE.format(part=part, text=text.strip())
        for part, text in (("staff", data.staff), ("letter", data.letter))
        if text.strip()
    ]
    return "\n".join([data.answer.strip() + "\n", *fences])


def _day(value: date | bool | None) -> str:
    return value.isoformat() if isinstance(value, date) else ""
