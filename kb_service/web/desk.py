"""The desk: an answer while the caller speaks, and a draft of several of them.

Without a script the draft travels in the address as `pad=<uid>-<face>,…`; the script keeps it in
the tab. Both are made of the same `Fragment`s, so a text always carries where it came from.
"""

from typing import Any

import msgspec
from litestar import Response, Router, get, post
from litestar.datastructures.multi_dicts import FormMultiDict
from litestar.di import NamedDependency, Provide
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from kb_service.base.errors import KbError
from kb_service.base.i18n import translator
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.gate.site import Site
from kb_service.handbook import queries
from kb_service.handbook.schemas import ItemView
from kb_service.search.schemas import Ask
from kb_service.web import remarks
from kb_service.web.asked import ASKED, Asked, found
from kb_service.web.forms import REFUSALS, FormRefused, provide_form, said, told_in_form
from kb_service.web.frame import Frame
from kb_service.web.marks import Mark, is_changed, staff_marks
from kb_service.web.pages import HTML, page, render, written
from kb_service.web.texts import plain

_PICKS = 7
_MAX_PAD = 20
_FACES = ("public", "letter")
_NEWS = 8
_SAID = {"remark": "The editors have your remark."}
_ASK = Ask(text="", limit=_PICKS, staff=True, channel="desk", wait_s=0.3)


class Fragment(msgspec.Struct):
    """A text in the draft and where it came from."""

    uid: str
    face: str
    code: str
    title: str
    revision: int
    badges: list[Mark]
    text: str


class PadRow(msgspec.Struct):
    """A fragment of the draft with the links that move it where no script runs."""

    fragment: Fragment
    links: dict[str, str]


def fragments_of(frame: Frame, item: ItemView) -> dict[str, Fragment | None]:
    """Give what of an item may go into a draft: the public answer and the letter text."""
    speaker = translator(frame.language, frame.timezone)
    texts = {"public": plain(item.html) or item.description}
    texts["letter"] = item.letter_text.strip() or plain(item.letter_html)
    marks = staff_marks(speaker, item, frame.today)
    return {
        face: Fragment(item.uid, face, item.code, item.title, item.revision, marks, text)
        if text
        else None
        for face, text in texts.items()
    }


def read_pad(text: str) -> list[tuple[str, str]]:
    """Give the draft that an address names; what is no fragment is passed over."""
    pairs = [part.partition("-")[::2] for part in text.split(",")]
    return [(uid, face) for uid, face in pairs if face in _FACES][:_MAX_PAD]


def write_pad(pairs: list[tuple[str, str]]) -> str:
    """Give the address of a draft."""
    return ",".join(f"{uid}-{face}" for uid, face in pairs)


def _pad_rows(
    frame: Frame, work: Work, site: Site, pairs: list[tuple[str, str]], **here: str
) -> list[PadRow]:
    rows: list[PadRow] = []
    for place, (uid, face) in enumerate(pairs):
        try:
            item = queries.by_uid(work, site.renderer, uid)
        except KbError:
            continue
        fragment = fragments_of(frame, item)[face]
        if fragment is not None:
            rows.append(PadRow(fragment, _links(frame, pairs, place, here)))
    return rows


def _links(
    frame: Frame, pairs: list[tuple[str, str]], place: int, here: dict[str, str]
) -> dict[str, str]:
    def to(order: list[tuple[str, str]]) -> str:
        return frame.url("/desk", **here, pad=write_pad(order))

    without = pairs[:place] + pairs[place + 1 :]
    up = [*without[: place - 1], pairs[place], *without[place - 1 :]] if place else []
    down = [*without[: place + 1], pairs[place], *without[place + 1 :]]
    return {
        "up": to(up) if place else "",
        "down": to(down) if place < len(pairs) - 1 else "",
        "remove": to(without),
    }


def provide_shown(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    uid: FromPath[str],
    q: FromQuery[str] = "",
) -> dict[str, Any]:
    """Give what the two forms of one item are filled with. Raises: session.needed, item.missing."""
    work.allow(Permission.SEARCH_STAFF)
    view = queries.by_uid(work, site.renderer, uid)
    return {
        "item": view,
        "fragments": fragments_of(frame, view),
        "q": q,
        "pad_with": lambda one, face: write_pad([(one, face)]),
    }


_SHOWN = {"shown": Provide(provide_shown, sync_to_thread=True)}


@get("/desk", sync_to_thread=True, include_in_schema=False, dependencies=ASKED)
def call(
    *,
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    asked: NamedDependency[Asked],
    show: FromQuery[str] = "",
    pad: FromQuery[str] = "",
) -> Response[str]:
    """Show the search and the draft side by side. Raises: session.needed."""
    work.allow(Permission.SEARCH_STAFF)
    pairs = read_pad(pad)
    rows = _pad_rows(frame, work, site, pairs, q=asked.text, show=show)
    shown = queries.by_uid(work, site.renderer, show) if show else None
    return page(
        "desk/call.html",
        frame,
        q=asked.text,
        answer=found(work, site, asked, _ASK),
        show=shown,
        fragments=fragments_of(frame, shown) if shown else {},
        news=[] if asked.text else _news(frame, work),
        duties=[] if asked.text else queries.to_acknowledge(work),
        pad=rows,
        pad_text=write_pad(pairs),
        pad_with=lambda uid, face: _with(pairs, uid, face),
    )


@get("/desk/picks", sync_to_thread=True, include_in_schema=False, dependencies=ASKED)
def picks(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    site: NamedDependency[Site],
    asked: NamedDependency[Asked],
) -> Response[str]:
    """Give the found answers alone, for the script. Raises: session.needed."""
    work.allow(Permission.SEARCH_STAFF)
    ask = msgspec.structs.replace(_ASK, journal=asked.is_settled)
    answer = found(work, site, asked, ask)
    news = [] if asked.text else _news(frame, work)
    html = render(
        "desk/picks.html", frame, answer=answer, show=None, news=news, pad_text="", q=asked.text
    )
    return written(html, HTML, is_public=False)


@get("/desk/faces/{uid:str}", sync_to_thread=True, include_in_schema=False, dependencies=_SHOWN)
def faces(frame: NamedDependency[Frame], shown: NamedDependency[dict[str, Any]]) -> Response[str]:
    """Give one item whole, for the script. Raises: session.needed, item.missing."""
    return written(render("desk/faces.html", frame, **shown), HTML, is_public=False)


@get("/desk/items/{uid:str}", sync_to_thread=True, include_in_schema=False, dependencies=_SHOWN)
def item(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    shown: NamedDependency[dict[str, Any]],
    done: FromQuery[str] = "",
) -> Response[str]:
    """Show one item on a page of its own. Raises: session.needed, item.missing."""
    panel = remarks.panel_of(work, shown["item"].uid)
    return page("desk/item.html", frame, **shown, panel=panel, saved=said(frame, _SAID, done))


@post(
    "/desk/items/{uid:str}/remarks",
    sync_to_thread=True,
    include_in_schema=False,
    dependencies={**_SHOWN, "form": Provide(provide_form)},
    exception_handlers=REFUSALS,
)
def remark(
    frame: NamedDependency[Frame],
    work: NamedDependency[Work],
    shown: NamedDependency[dict[str, Any]],
    uid: FromPath[str],
    form: NamedDependency[FormMultiDict],
) -> Response[Any]:
    """Say something to the editors of an item. Raises: session.needed, item.missing, remark.*."""
    try:
        remarks.do(work, uid, form)
    except KbError as error:
        status = told_in_form(error)
        panel = remarks.refused(frame, work, uid, form, error)
        answer = page("desk/item.html", frame, **shown, panel=panel, saved="", status=status)
        raise FormRefused(answer) from error
    address = frame.url(f"/desk/items/{uid}", q=shown["q"], done="remark")
    return Redirect(f"{address}#remarks", status_code=303)


def _news(frame: Frame, work: Work) -> list[Any]:
    cards = [*queries.with_changed_facts(work, _NEWS), *queries.recent(work, _NEWS)]
    news = {card.uid: card for card in cards if is_changed(card, frame.today)}
    return list(news.values())[:_NEWS]


def _with(pairs: list[tuple[str, str]], uid: str, face: str) -> str:
    return write_pad([*[pair for pair in pairs if pair != (uid, face)], (uid, face)])


pages: list[HTTPRouteHandler | Router] = [
    call,
    picks,
    faces,
    Router("/", route_handlers=[item, remark]),
]
