"""Public pages: first page, search, topics, an item, asking a person, «did this help?».

Nothing here decides anything: queries say what a reader may see, the search says how sure it is.
"""

from datetime import date
from typing import Any

import msgspec
from litestar import Request, Response, get, post
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from kb_service.base.errors import KbError, Kind, missing
from kb_service.base.ids import Uid
from kb_service.base.work import Work
from kb_service.feedback.acts import collect
from kb_service.feedback.schemas import Helped
from kb_service.gate.limits import check_day, take_rating
from kb_service.gate.site import Site
from kb_service.handbook import queries
from kb_service.handbook.schemas import Card, ItemView
from kb_service.search import queries as search
from kb_service.search.schemas import Ask
from kb_service.web.asked import ASKED, Asked, event_of, found
from kb_service.web.downloads import download, is_download
from kb_service.web.forms import provide_form, text_of
from kb_service.web.frame import Frame
from kb_service.web.marks import changed_on
from kb_service.web.pages import HTML, page, render, written

_OFTEN = 6
_NEWS = 5
_MAX_HITS = 50
TEMPLATES = {"StandardQuestion": "site/answer.html", "Topic": "site/topic.html"}


class Branch(msgspec.Struct):
    """A topic with the answers that lie in it."""

    topic: Card
    cards: list[Card]


def branches(work: Work) -> list[Branch]:
    """Give the top topics with all answers below each, in the editors' order."""
    found: list[Branch] = []
    for card, depth in queries.navigation(work, "/", 3):
        if depth == 1 and card.type == "Topic":
            found.append(Branch(card, []))
        elif depth > 1 and card.type != "Topic" and found:
            found[-1].cards.append(card)
    return found


def often(tree: list[Branch]) -> list[Card]:
    """Give what editors tagged `often`, else the first question of each of the first topics."""
    tagged = [card for branch in tree for card in branch.cards if "often" in card.tags]
    return (tagged or [branch.cards[0] for branch in tree if branch.cards])[:_OFTEN]


def news(tree: list[Branch], today: date) -> list[Card]:
    """Give what changed last, by law or by an editor, newest first."""
    cards = [card for branch in tree for card in branch.cards]
    dated = [(day, card) for card in cards if (day := changed_on(card, today)) is not None]
    return [card for _day, card in sorted(dated, key=lambda one: one[0], reverse=True)][:_NEWS]


@get("/", sync_to_thread=True, include_in_schema=False)
def home(
    frame: NamedDependency[Frame], work: NamedDependency[Work], site: NamedDependency[Site]
) -> Response[str]:
    """Show the first page."""
    tree = branches(work)
    try:
        intro: ItemView | None = queries.by_path(work, site.renderer, "/")
    except KbError:
        intro = None
    return page(
        "site/home.html",
        frame,
        topics=[branch.topic for branch in tree],
        often=often(tree),
        news=news(tree, frame.today),
        total=queries.counts(work).get("StandardQuestion", 0),
        intro=_own_words(frame, intro),
    )


def _own_words(frame: Frame, intro: ItemView | None) -> ItemView | None:
    """Give the editors' words for the first page, if there are any in its language."""
    if intro is None or not intro.description or intro.content.language != frame.language:
        return None
    return intro


@get("/search", sync_to_thread=True, include_in_schema=False, dependencies=ASKED)
def results(
    *,
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    asked: NamedDependency[Asked],
    n: FromQuery[int] = 10,
    part: FromQuery[bool] = False,
) -> Response[str]:
    """Show what was found.

    `part` gives the list alone while somebody types; it is not journaled before that has settled.
    """
    limit = max(1, min(n, _MAX_HITS))
    ask = Ask(text="", limit=limit, journal=asked.is_settled or not part)
    answer = found(work, site, asked, ask)
    topics = queries.topics(work) if not answer.hits else []
    context: dict[str, Any] = {"answer": answer, "limit": limit, "topics": topics}
    if part:
        html = render("site/found.html", frame, **context)
        return written(html, HTML, is_public=False)
    return page("site/results.html", frame, is_kept=not asked.text, **context)


@get("/topics", sync_to_thread=True, include_in_schema=False)
def topics(frame: NamedDependency[Frame], work: NamedDependency[Work]) -> Response[str]:
    """Show all topics and answers."""
    tree = branches(work)
    total = sum(len(branch.cards) for branch in tree)
    return page("site/topics.html", frame, branches=tree, total=total)


@get("/ask", sync_to_thread=True, include_in_schema=False, dependencies=ASKED)
def ask(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    asked: NamedDependency[Asked],
) -> Response[str]:
    """Show how to ask a person, with the question carried along."""
    hits = found(work, site, asked, Ask(text="", limit=4, journal=False, channel="ask")).hits
    return page("site/ask.html", frame, is_kept=not asked.text, q=asked.text, hits=hits)


@get("/{path:path}", sync_to_thread=True, include_in_schema=False)
def item(
    *,
    request: Request[Any, Any, Any],
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    path: FromPath[str],
    as_of: FromQuery[date | None] = None,
    event: FromQuery[str] = "",
) -> Response[Any]:
    """Show an item by its address, as it is or as it was on a day.

    `event` is the journal's entry of the question that led here. Raises: item.missing,
    date.out_of_range.
    """
    check_day(as_of)
    address = "/" + path.strip("/")
    # A picture named in a text is asked for as a picture, not as its page.
    if is_download(address) or request.headers.get("accept", "").startswith("image/"):
        return download(request, work, site, address)
    try:
        view = queries.by_path(work, site.renderer, address, as_of=as_of)
    except KbError as error:
        moved = queries.moved_to(work, address) if error.kind == Kind.MISSING else None
        if moved is None or as_of is not None:
            raise
        # A browser that keeps it for ever would run in circles once the item moves back.
        lasting = {"Cache-Control": "no-cache"}
        return Redirect(frame.url(moved), status_code=301, headers=lasting)
    context: dict[str, Any] = {"item": view, "as_of": as_of, "event": event_of(event)}
    if view.type == "Topic":
        context["cards"] = queries.children(work, view.path)
        context["others"] = [card for card in queries.topics(work) if card.uid != view.uid]
    elif view.type == "StandardQuestion":
        context["siblings"] = _siblings(work, view)
    else:
        context["reading"] = queries.own_reading(work, view.uid) if as_of is None else None
    name = TEMPLATES.get(view.type, "site/page.html")
    return page(name, frame, is_kept=not event, **context)


def _siblings(work: Work, view: ItemView) -> list[Card]:
    if view.related or not view.crumbs:
        return []
    near = queries.children(work, view.crumbs[-1].path)
    return [card for card in near if card.uid != view.uid]


@post(
    "/helped",
    sync_to_thread=True,
    status_code=200,
    include_in_schema=False,
    dependencies={"form": Provide(provide_form)},
)
def helped(
    request: Request[Any, Any, Any],
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Take «did this help?»: one press is a whole vote, a remark may follow it.

    Raises: item.missing, rating.missing, rating.too_late, rating.too_many.
    """
    uid, vote, value = (text_of(form, name) for name in ("uid", "vote", "helped"))
    card = queries.cards(work, [uid]).get(Uid(uid))
    if card is None:
        raise missing("item.missing", uid=uid)
    take_rating(request, site.limits, uid, work.now)
    state, event = "thanks", event_of(text_of(form, "event"))
    if value in tuple(Helped):
        word = Helped(value)
        query = search.asked(work, site.engine, event)
        vote = collect.rate(work, uid, word, query=query, language=frame.language)
        state = "thanks" if word == Helped.YES else "why"
    elif vote and text_of(form, "text").strip():
        collect.explain(work, vote, text_of(form, "text"))
    if "application/json" in request.headers.get("accept", ""):
        return Response({"vote": vote, "state": state}, media_type="application/json")
    return page("site/helped.html", frame, item=card, state=state, vote=vote, event=event)


pages = [home, results, topics, ask, helped, item]
