"""Items by a saved query: only what the reader may see, by columns and by texts, in order."""

from datetime import date
from typing import Any

import pytest

from kb_service.base.errors import KbError
from kb_service.base.permissions import Actor
from kb_service.base.work import Work
from kb_service.handbook import queries
from kb_service.handbook.acts import workflow
from kb_service.handbook.queries.querying import Order
from kb_service.handbook.rules.conditions import PREFIX, SORTABLE, Reader, conditions_of
from tests.conftest import WorkAs
from tests.handbook import make
from tests.persons import ELENA, OLGA, RITA, VERA

BY_PATH = Order("path")


@pytest.fixture(autouse=True)
def _filled(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        meters = make.topic(work)
        make.question(
            work, meters, "Кто меняет счётчик?", name="kto", code="M01", owner="metering",
            tags=["замена", "поверка"], checked=date(2026, 11, 1), review_by=date(2026, 11, 20),
            description="Сетевая организация.",
        )  # fmt: skip
        make.question(work, meters, "Как передать показания?", name="kak", tags=["замена"])
        make.question(work, meters, "Памятка", name="staff", audience="staff")
    with work_as(ELENA) as work:
        make.question(work, queries.card_at(work, "/meters").uid, "Ещё?", name="a", live=False)
        workflow.submit(work, queries.card_at(work, "/meters/a").uid)


def paths(work: Work, *rows: tuple[str, str, Any], order: Order = BY_PATH) -> list[str]:
    reader = Reader(work.actor.login, "/", work.now.astimezone(work.clock.zone))
    conditions = conditions_of([(i, PREFIX + o, v) for i, o, v in rows], reader)
    uids = queries.matching(work, conditions, order)
    return [card.path for card in queries.cards(work, uids).values()]


ALL = ("path", "string.absolutePath", "/meters")


@pytest.mark.parametrize(
    ("actor", "names"),
    [
        (VERA, ["", "/kak", "/kto"]),
        (OLGA, ["", "/kak", "/kto", "/staff"]),
        (RITA, ["", "/a", "/kak", "/kto", "/staff"]),
    ],
    ids=["visitor", "operator", "reviewer"],
)
def test_everybody_finds_what_they_may_see(work_as: WorkAs, actor: Actor, names: list[str]) -> None:
    with work_as(actor, write=False) as work:
        assert paths(work, ALL) == [f"/meters{name}" for name in names]


def test_who_made_something_is_known_to_colleagues(work_as: WorkAs) -> None:
    for kept in ({"order": Order("Creator")}, {}):
        with work_as(VERA, write=False) as work, pytest.raises(KbError, match=r"session\.needed"):
            paths(work, ALL if kept else ("Creator", "selection.any", ["rita"]), **kept)
    with work_as(VERA, write=False) as work, pytest.raises(KbError, match=r"session\.needed"):
        queries.sort_keys(work, [], "Creator")
    with work_as(ELENA, write=False) as work:
        assert paths(work, ("Creator", "string.currentUser", "")) == ["/meters/a"]


@pytest.mark.parametrize(
    ("row", "names"),
    [
        (("Title", "string.contains", "СЧЁТЧИК"), ["", "/kto"]),
        (("Title", "string.contains", "%"), []),
        (("Description", "string.contains", "сетевая"), ["/kto"]),
        (("Subject", "selection.any", ["поверка", "нет"]), ["/kto"]),
        (("Subject", "selection.all", ["замена", "поверка"]), ["/kto"]),
        (("Subject", "selection.none", ["поверка"]), ["", "/a", "/kak", "/staff"]),
        (("portal_type", "selection.any", ["Topic"]), [""]),
        (("portal_type", "selection.none", ["StandardQuestion"]), [""]),
        (("review_state", "selection.any", ["pending"]), ["/a"]),
        (("getId", "string.is", "kto"), ["/kto"]),
        (("code", "string.is", "M01"), ["/kto"]),
        (("code", "selection.none", ["M01"]), ["", "/a", "/kak", "/staff"]),
        (("owner", "selection.any", ["metering"]), ["/kto"]),
        (("audience", "selection.is", ["staff"]), ["/staff"]),
        (("checked", "boolean.isTrue", None), ["/kto"]),
        (("checked", "boolean.isFalse", None), ["", "/a", "/kak", "/staff"]),
        (("isFolderish", "boolean.isTrue", None), [""]),
        (("review_by", "date.beforeToday", None), ["/kto"]),
        (("review_by", "date.between", ["2026-11-20", "2026-11-20"]), ["/kto"]),
        (("review_by", "date.largerThan", "2026-11-21"), []),
        (("effective", "date.today", None), ["", "/kak", "/kto", "/staff"]),
        (("expires", "date.beforeToday", None), []),
        (("modified", "date.afterToday", None), []),
        (("created", "date.largerThanRelativeDate", 1), ["", "/a", "/kak", "/kto", "/staff"]),
        (("path", "string.absolutePath", "/meters::0"), [""]),
        (("path", "string.absolutePath", ["/meters/kto", "/meters/kak"]), ["/kak", "/kto"]),
        (("path", "string.relativePath", "../meters/a"), ["/a"]),
    ],
)
def test_conditions_are_asked_of_columns_and_of_texts(
    work_as: WorkAs, row: tuple[str, str, Any], names: list[str]
) -> None:
    with work_as(RITA, write=False) as work:
        assert paths(work, ALL, row) == [f"/meters{name}" for name in names]


@pytest.mark.parametrize(
    ("value", "found"), [("/::0", ["/"]), ("/::1", ["/", "/meters"]), ("/nowhere", [])]
)
def test_a_depth_is_counted_from_the_top(work_as: WorkAs, value: str, found: list[str]) -> None:
    with work_as(RITA, write=False) as work:
        assert paths(work, ("path", "string.absolutePath", value)) == found
        assert len(paths(work, ("path", "string.absolutePath", "/"))) == 6


def test_a_place_may_be_named_by_its_uid(work_as: WorkAs) -> None:
    with work_as(RITA, write=False) as work:
        uid = queries.card_at(work, "/meters/a").uid
        assert paths(work, ("path", "string.absolutePath", uid)) == ["/meters/a"]
    with work_as(VERA, write=False) as work:
        assert paths(work, ("path", "string.absolutePath", uid)) == []


@pytest.mark.parametrize("index", SORTABLE)
def test_every_order_is_an_order_with_nothing_last(work_as: WorkAs, index: str) -> None:
    with work_as(RITA, write=False) as work:
        up, down = (paths(work, ALL, order=Order(index, way)) for way in (False, True))
        assert sorted(up) == sorted(down)
        uids = {card.path: card.uid for card in queries.children(work, "/meters")}
        keys = queries.sort_keys(work, list(uids.values()), index)
        valued = [keys[uids[path]] for path in up if path in uids]
        present = [one for one in valued if one is not None]
        assert valued == sorted(present) + [None] * (len(valued) - len(present))
