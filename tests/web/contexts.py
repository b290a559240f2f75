"""What each page is filled with in tests: one row a state of a page."""

from datetime import date, timedelta
from typing import Any

import msgspec

from kb_service.base.ids import Uid
from kb_service.base.paging import Batch
from kb_service.feedback.schemas import Helped, HiddenGap, InboxFilter, Opinion, RatingState
from kb_service.handbook.exchange.schemas import Step, Styles, Where, Wish
from kb_service.handbook.queries.regulations import OwnReading, Reader, Readers
from kb_service.handbook.queries.remarks import RemarkView
from kb_service.handbook.schemas import Announcement, Regulation, Topic
from kb_service.letters.schemas import SuggestionKind, SuggestionStatus, SuggestionView
from kb_service.reports import gaps
from kb_service.reports.schemas import Gap, GapKind, GapReport
from kb_service.search.schemas import Answer
from kb_service.text.difference import Change
from kb_service.web.desk import Fragment, PadRow
from kb_service.web.edit.exchange import PlanRow
from kb_service.web.remarks import Panel, Thread
from kb_service.web.site import Branch
from tests.web import contexts_bulk, make, tree_contexts
from tests.web.tree_contexts import WORKPLACE

Case = tuple[str, str, bool, dict[str, Any]]


def name_of(case: object) -> str:
    """Give the name of a row."""
    return str(case[0]) if isinstance(case, tuple) else str(case)


def _found(answer: Answer) -> dict[str, Any]:
    return {"answer": answer, "limit": 10, "topics": [make.card(type="Topic", path="/payment")]}


def _pad_with(uid: str, face: str) -> str:
    return f"{uid}-{face}"


FRAGMENT = Fragment("a" * 32, "letter", "P01", "Платить", 2, [("warn", "не сверено")], "Текст")


def _remark(word: str, **changes: Any) -> RemarkView:
    """Give a remark of an employee about words that are in the text."""
    values: dict[str, Any] = {
        "uid": Uid("c" * 32),
        "number": 2,
        "reply_to": None,
        "text": word,
        "quote": word,
        "place": (0, 5),
        "author": "olga",
        "author_name": word,
        "created": make.NOON,
        "modified": make.NOON,
        "resolved_at": None,
        "resolved_by": "",
        "may_change": False,
        "may_resolve": True,
        "may_delete": True,
    }
    return RemarkView(**{**values, **changes})


def panel(word: str, problem: str = "") -> Panel:
    """Give remarks: an open one with an answer, one whose words are gone, a settled one."""
    answer = _remark(word, uid=Uid("d" * 32), reply_to="c" * 32)
    gone = _remark(word, uid=Uid("e" * 32), place=None)
    settled = _remark(word, uid=Uid("f" * 32), resolved_at=make.NOON, resolved_by=word)
    return Panel(
        open=[Thread(_remark(word), [answer]), Thread(gone, [])],
        settled=[Thread(settled, [])],
        text=problem,
        problem=problem,
    )


FACES: dict[str, Any] = {
    "panel": panel("Не так."),
    "saved": "",
    "item": make.view(),
    "fragments": {"public": FRAGMENT, "letter": FRAGMENT},
    "q": "долг",
    "pad_with": _pad_with,
}


def _desk(answer: Answer, **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        **FACES,
        "answer": answer,
        "show": None,
        "duties": [],
        "pad": [],
        "pad_text": "",
        "news": [],
    }
    return {**values, **changes}


TOPIC = make.view(type="Topic", path="/payment", content=Topic(title="Оплата"), crumbs=[], toc=[])
REGULATION = Regulation(title="Порядок", version="3", in_force_from=date(2026, 12, 1))
WORKS = Announcement(title="Работы", area="ул. Мира", starts=make.NOON, ends=make.NOON)
LINKS = {"up": "/desk?pad=1", "down": "", "remove": "/desk"}
PAGES: list[Case] = [
    (
        "home",
        "site/home.html",
        False,
        {
            "topics": [make.card(type="Topic", path=f"/t{n}") for n in range(9)],
            "often": [make.card()],
            "news": [make.card()],
            "total": 90,
            "intro": None,
        },
    ),
    (
        "home that is empty",
        "site/home.html",
        False,
        {"topics": [], "often": [], "news": [], "total": 0, "intro": None},
    ),
    (
        "home with own words",
        "site/home.html",
        False,
        {"topics": [], "often": [], "news": [], "total": 0, "intro": make.view()},
    ),
    ("results, sure", "site/results.html", False, _found(make.answer())),
    ("results, not sure", "site/results.html", False, _found(make.answer(confident=False))),
    (
        "results, none",
        "site/results.html",
        False,
        _found(make.answer(hits=[], total=0, confident=False)),
    ),
    ("results, danger", "site/results.html", False, _found(make.answer(danger=make.danger()))),
    (
        "results, danger without steps",
        "site/results.html",
        False,
        _found(make.answer(danger=make.danger(steps=[], phone=""))),
    ),
    (
        "results, repaired",
        "site/results.html",
        False,
        _found(make.answer(corrected="когда платить", words=["срок"])),
    ),
    ("results, many", "site/results.html", False, {**_found(make.answer(total=40)), "limit": 2}),
    ("search, empty", "site/results.html", False, _found(Answer(query=""))),
    ("found alone", "site/found.html", False, _found(make.answer())),
    (
        "answer",
        "site/answer.html",
        False,
        {"item": make.view(), "as_of": None, "event": "", "siblings": []},
    ),
    (
        "answer, not checked",
        "site/answer.html",
        False,
        {
            "item": make.view(checked=False, sources=[], toc=[], related=[], actions=[]),
            "as_of": None,
            "event": "",
            "siblings": [make.card(uid="c" * 32)],
        },
    ),
    (
        "answer, due",
        "site/answer.html",
        False,
        {
            "item": make.view(review_by=make.TODAY - timedelta(days=3)),
            "as_of": None,
            "event": "",
            "siblings": [],
        },
    ),
    (
        "answer of a day",
        "site/answer.html",
        False,
        {"item": make.view(), "as_of": date(2026, 2, 1), "event": "", "siblings": []},
    ),
    (
        "answer, draft",
        "site/answer.html",
        True,
        {"item": make.view(state="private"), "as_of": None, "event": "", "siblings": []},
    ),
    (
        "topic",
        "site/topic.html",
        False,
        {
            "item": TOPIC,
            "cards": [make.card(), make.card(uid="d" * 32, type="Topic", path="/payment/in")],
            "others": [make.card(type="Topic", path="/meters")],
        },
    ),
    ("topic, empty", "site/topic.html", False, {"item": TOPIC, "cards": [], "others": []}),
    (
        "topics",
        "site/topics.html",
        False,
        {"branches": [Branch(make.card(type="Topic"), [make.card()])], "total": 1},
    ),
    ("page", "site/page.html", False, {"item": make.view(type="Page"), "reading": None}),
    (
        "regulation to read",
        "site/page.html",
        True,
        {
            "item": make.view(type="Regulation", content=REGULATION),
            "reading": OwnReading("r" * 32),
        },
    ),
    (
        "regulation that was read",
        "site/page.html",
        True,
        {
            "item": make.view(type="Regulation", content=REGULATION),
            "reading": OwnReading("r" * 32, make.NOON),
        },
    ),
    (
        "announcement",
        "site/page.html",
        False,
        {"item": make.view(type="Announcement", content=WORKS), "reading": None},
    ),
    ("ask", "site/ask.html", False, {"q": "", "hits": []}),
    (
        "ask with a question",
        "site/ask.html",
        False,
        {"q": "когда включат", "hits": make.answer().hits},
    ),
    (
        "helped, why",
        "site/helped.html",
        False,
        {"item": make.card(), "state": "why", "vote": "v", "event": ""},
    ),
    (
        "helped, thanks",
        "site/helped.html",
        False,
        {"item": make.card(), "state": "thanks", "vote": "v", "event": "e"},
    ),
    (
        "error 404",
        "site/error.html",
        False,
        {
            "code": 404,
            "title": "Нет",
            "text": "Нет.",
            "allowed": [],
            "request_id": "",
            "can_search": True,
        },
    ),
    (
        "error 500",
        "site/error.html",
        False,
        {
            "code": 500,
            "title": "Сбой",
            "text": "Сбой.",
            "allowed": ["publish"],
            "request_id": "abc",
            "can_search": False,
        },
    ),
    ("widget", "site/widget.html", False, {"base": "https://help.example"}),
    ("desk, empty", "desk/call.html", True, _desk(Answer(query=""), q="", news=[make.card()])),
    (
        "desk with a duty",
        "desk/call.html",
        True,
        _desk(Answer(query=""), q="", duties=[make.card(type="Regulation")]),
    ),
    ("desk, found", "desk/call.html", True, _desk(make.answer())),
    ("desk, nothing found", "desk/call.html", True, _desk(make.answer(hits=[], confident=False))),
    (
        "desk, danger",
        "desk/call.html",
        True,
        _desk(make.answer(danger=make.danger(), confident=False)),
    ),
    (
        "desk with a draft",
        "desk/call.html",
        True,
        _desk(make.answer(), show=make.view(), pad=[PadRow(FRAGMENT, LINKS)], pad_text="x"),
    ),
    ("picks alone", "desk/picks.html", True, _desk(make.answer())),
    ("faces alone", "desk/faces.html", True, FACES),
    ("item", "desk/item.html", True, FACES),
    (
        "item without faces",
        "desk/item.html",
        True,
        {
            **FACES,
            "item": make.view(
                staff_html="", letter_html="", sources=[], related=[], content=Topic(title="Т")
            ),
            "fragments": {"public": FRAGMENT, "letter": None},
        },
    ),
]


def _exchange(problems: list[tuple[str, str]], word: str = "Тема") -> dict[str, Any]:
    return {
        **WORKPLACE,
        "wish": Wish(word, Styles(word, word)),
        "topics": [("/t", word)],
        "problems": problems,
        "accepts": ".zip,.csv",
        "forms": ["zip", "csv", "xlsx"],
        "limit": 32,
    }


def _plan(word: str) -> dict[str, Any]:
    where = Where(word, 2, "B")
    step = Step(outcome="changed", where=where, path="/t/q", title=word, moved_from=word)
    changes = [Change("delete", word), Change("insert", word), Change("skip", "")]
    rows = [
        PlanRow(step, word, changes=changes, states=[word, "Опубликовано"]),
        PlanRow(Step(outcome="refused", where=where, from_trash=True), word, sentence=word),
        PlanRow(Step(outcome="new", where=where, path=word), word, text=word),
    ]
    return {
        **_import_of(word),
        "counts": [("new", 1), ("changed", 1), ("refused", 1), ("same", 0)],
        "outcome": "changed",
        "batch": Batch(rows, 30, 0, 25),
        "notes": [(word, word)],
        "more_notes": 3,
        "wanted": 2,
    }


def _under_way(word: str, *, left: int) -> dict[str, Any]:
    return {
        **_import_of(word),
        "count": 50,
        "left": left,
        "is_over": not left,
        "refused": [(word, word)],
        "refused_count": 2,
    }


def _import_of(word: str) -> dict[str, Any]:
    query = {"into": "/t", "topics": word, "questions": ""}
    fixed = {"mark": word, "is_outdated": True}
    return {**WORKPLACE, **fixed, "file_name": word, "action": "/edit/exchange/a", "query": query}


def _gaps(word: str, show: str = "") -> dict[str, Any]:
    """Give a report with a gap of each kind, and one that is none."""
    fixed = {"title": word, "demand": 3, "minutes": 4.5, "first": make.NOON, "last": make.NOON}
    kinds = [
        Gap(key="search:1", kind=GapKind.SEARCH, examples=[word], nothing=1, by_staff=1, **fixed),
        Gap(key="dislike:1", kind=GapKind.DISLIKE, uid="a" * 32, path="/x", code="P01",
            reasons={"not_clear": 3}, examples=[word], **fixed),
        Gap(key="edited:1", kind=GapKind.EDITED, uid="c" * 32, path="/x", code="P02",
            reasons={"edited": 3, "kept": 1}, examples=[word], **fixed),
        Gap(key="review:1", kind=GapKind.REVIEW, uid="a" * 32, path="/x",
            since=make.TODAY, **{**fixed, "first": None, "last": None}),
        Gap(key="fact:1", kind=GapKind.SOURCE, path="/edit/facts/x", source=word, **fixed),
        Gap(key="owner:1", kind=GapKind.OWNER, uid="b" * 32, path="/y", **fixed),
    ]  # fmt: skip
    said = HiddenGap(
        key="search:2", title=word, demand=2, reason=word, author=word, moment=make.NOON
    )
    hidden = [Gap(key="search:2", kind=GapKind.SEARCH, hidden=said, **fixed)]
    report = GapReport(
        days=30, call_minutes=6.0, gaps=kinds, hidden=hidden,
        counts=dict.fromkeys(GapKind, 1), minutes=22.5,
    )  # fmt: skip
    return {
        **WORKPLACE, "report": report, "show": show, "kinds": [("search", "Не нашли", 1)],
        "batch": Batch(hidden if show == "hidden" else kinds, 5, 0, 25),
        "titles": dict.fromkeys(map(str, GapKind), "Вид"),
        "reasons": {"not_clear": "непонятно", "edited": "изменили", "kept": "оставили"},
        "periods": (7, 30), "topics": [make.card(type="Topic", path="/payment")],
        "may_judge": True, "absence": dict.fromkeys(gaps.ABSENCE, 5), "staff_minutes": 2.0,
        "problem": word, "at": "search:1", "reason": word, "saved": "",
    }  # fmt: skip


def _opinions(word: str) -> dict[str, Any]:
    """Give a new word of a reader, and one that was declined."""
    new = Opinion(
        uid="c" * 32, item_uid="a" * 32, path="/x", title=word, code="P01", revision=1, latest=2,
        helped=Helped.NOT_CLEAR, remark=word, query=word, language="en", moment=make.NOON,
    )  # fmt: skip
    declined = msgspec.structs.replace(
        new, uid="d" * 32, state=RatingState.DECLINED, responsible=word, note=word, remark="",
        query="", handled_by=word, handled_at=make.NOON, latest=1,
    )  # fmt: skip
    offer = SuggestionView(
        uid="b" * 32, item_uid=Uid("a" * 32), path="/x", title=word, code="P01",
        kind=SuggestionKind.SENTENCE, text=word, instead_of=word, status=SuggestionStatus.NEW,
        author=word, author_name=word, moment=make.NOON, settled_by="", settled_at=None,
    )  # fmt: skip
    taken = msgspec.structs.replace(
        offer, uid="f" * 32, kind=SuggestionKind.WORDING, status=SuggestionStatus.TAKEN,
        settled_by=word, settled_at=make.NOON,
    )  # fmt: skip
    return {
        **WORKPLACE, "batch": Batch([new, declined], 60, 20, 20), "wanted": InboxFilter(),
        "offers": Batch([offer, taken], 30, 0, 20), "offer_states": [("new", "Ждут решения", 1)],
        "offer_kinds": dict.fromkeys(map(str, SuggestionKind), "фраза"), "offer_state": "new",
        "states": [("new", "Новые", 1)], "titles": dict.fromkeys(map(str, RatingState), "Новые"),
        "reasons": dict.fromkeys(map(str, Helped), "непонятно"),
        "asked": {"state": "", "reason": "", "item": "x", "mine": "", "show": ""},
        "people": [("e" * 32, word)], "problem": word, "at": "c" * 32,
        "typed": {"note": word, "responsible": ""}, "saved": word,
    }  # fmt: skip


PAGES += [
    *tree_contexts.cases(),
    (
        "readers",
        "edit/readers.html",
        True,
        {
            **WORKPLACE,
            "readers": Readers(
                make.card(), "3", [Reader("Ольга", "Абоненты", make.NOON)], [Reader("Вера", "")]
            ),
        },
    ),
    ("gaps", "edit/gaps.html", True, _gaps("Льготы")),
    ("gaps, hidden", "edit/gaps.html", True, _gaps("Льготы", "hidden")),
    ("feedback", "edit/feedback.html", True, _opinions("Не так")),
    ("in and out", "edit/exchange.html", True, _exchange([])),
    ("in and out, refused", "edit/exchange.html", True, _exchange([("file", "Нет.")])),
    ("plan", "edit/exchange_plan.html", True, _plan("Новое")),
    ("plan of nothing", "edit/exchange_plan.html", True, {**_plan("Т"), "wanted": 0}),
    ("import under way", "edit/exchange_done.html", True, _under_way("Нет.", left=11)),
    ("import at its end", "edit/exchange_done.html", True, _under_way("Нет.", left=0)),
    *contexts_bulk.pages("Слово"),
]


def hostile() -> list[Case]:
    """Give the pages that show words of strangers, filled with hostile ones."""
    bad = make.HOSTILE
    item = make.view(title=bad, description=bad, owner=bad, code=bad)
    card = make.card(title=bad, description=bad)
    hits = [
        msgspec.structs.replace(
            one,
            card=msgspec.structs.replace(card, uid=one.card.uid),
            excerpt="<script>alert(1)</script><mark>а</mark>",
        )
        for one in make.answer().hits
    ]
    answer = make.answer(query=bad, corrected=bad, words=[bad], hits=hits)
    fragment = msgspec.structs.replace(FRAGMENT, title=bad, text=bad, badges=[("warn", bad)])
    faces = {
        **FACES,
        "panel": panel(bad, bad),
        "item": item,
        "fragments": {"public": fragment, "letter": fragment},
        "q": bad,
    }
    return [
        (
            "home",
            "site/home.html",
            False,
            {"topics": [card], "often": [card], "news": [card], "total": 1, "intro": item},
        ),
        ("results", "site/results.html", False, _found(answer)),
        (
            "results, not sure",
            "site/results.html",
            False,
            _found(msgspec.structs.replace(answer, confident=False)),
        ),
        (
            "answer",
            "site/answer.html",
            False,
            {"item": item, "as_of": None, "event": "", "siblings": []},
        ),
        (
            "topic",
            "site/topic.html",
            False,
            {"item": msgspec.structs.replace(TOPIC, title=bad), "cards": [card], "others": [card]},
        ),
        ("ask", "site/ask.html", False, {"q": bad, "hits": hits}),
        (
            "error",
            "site/error.html",
            False,
            {
                "code": 409,
                "title": bad,
                "text": bad,
                "allowed": [bad],
                "request_id": bad,
                "can_search": True,
            },
        ),
        (
            "desk",
            "desk/call.html",
            True,
            _desk(
                answer,
                q=bad,
                show=item,
                fragments=faces["fragments"],
                pad=[PadRow(fragment, LINKS)],
                pad_text=bad,
            ),
        ),
        ("item", "desk/item.html", True, faces),
        *tree_contexts.hostile(bad, card),
        ("gaps", "edit/gaps.html", True, _gaps(bad)),
        ("gaps, hidden", "edit/gaps.html", True, _gaps(bad, "hidden")),
        ("feedback", "edit/feedback.html", True, _opinions(bad)),
        ("in and out", "edit/exchange.html", True, _exchange([("file", bad)], bad)),
        ("plan", "edit/exchange_plan.html", True, _plan(bad)),
        ("import under way", "edit/exchange_done.html", True, _under_way(bad, left=1)),
        *contexts_bulk.pages(bad),
    ]
