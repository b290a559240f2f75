"""Unsaved texts: for who may save them, everybody's own, and no tab writes over another."""

from datetime import timedelta

import pytest

from kb_service.base.clock import SetClock
from kb_service.base.errors import KbError
from kb_service.base.permissions import SYSTEM, Actor
from kb_service.base.work import Work
from kb_service.handbook import queries
from kb_service.handbook.acts import drafts
from kb_service.handbook.rules.drafts import Place, place_of
from kb_service.people import queries as people
from kb_service.people.schemas import AuditFilter
from tests.conftest import WorkAs
from tests.handbook import make
from tests.persons import ANNA, ELENA, OLGA, RITA, VERA


def keep(work: Work, place: Place, word: str = "текст", tab: str = "one") -> str:
    return drafts.keep(work, place, tab=tab, based_on=1, fields={"title": word})


def words(work: Work, place: Place) -> list[str]:
    return [one.fields["title"] for one in queries.unsaved(work, place)]


@pytest.mark.parametrize("actor", [VERA, OLGA])
@pytest.mark.parametrize("live", [True, False])
def test_who_may_not_edit_keeps_nothing(work_as: WorkAs, actor: Actor, live: bool) -> None:
    with work_as(RITA) as work:
        topic = make.topic(work)
        uid = make.question(work, topic, live=live)
    for place in (Place(uid=uid), Place(type="Page", parent=topic)):
        with work_as(actor) as work:
            with pytest.raises(KbError, match=r"item\.missing|act\.forbidden|session\.needed"):
                keep(work, place)
            assert queries.unsaved(work, place) == []


@pytest.mark.parametrize(
    ("uid", "kind", "parent"),
    [("x", "Page", "0" * 32), ("", "Robot", "0" * 32), ("", "Page", "/meters"), ("", "", "")],
)
def test_a_place_that_cannot_be_is_refused(uid: str, kind: str, parent: str) -> None:
    with pytest.raises(KbError, match=r"unsaved\.place_wrong"):
        place_of(uid, kind, parent)


@pytest.mark.parametrize(
    ("tab", "text", "code"),
    [
        ("", "а", "unsaved.tab_wrong"),
        ("x" * 41, "а", "unsaved.tab_wrong"),
        ("t", "а" * 800_000, "unsaved.too_large"),
    ],
)
def test_what_is_no_draft_is_refused(work_as: WorkAs, tab: str, text: str, code: str) -> None:
    with work_as(ELENA) as work:
        place = Place(type="Page", parent=make.root(work))
        with pytest.raises(KbError, match=code):
            keep(work, place, text, tab)


def test_a_tab_writes_over_its_own_text_only(work_as: WorkAs, clock: SetClock) -> None:
    with work_as(ELENA) as work:
        place = Place(type="Page", parent=make.root(work))
        first = keep(work, place, "раз")
    clock.moment += timedelta(minutes=1)
    with work_as(ELENA) as work:
        keep(work, place, "два", tab="two")
    clock.moment += timedelta(minutes=1)
    with work_as(ELENA) as work:
        assert keep(work, place, "три") == first
        assert words(work, place) == ["три", "два"]
        assert queries.unsaved_text(work, first).fields == {"title": "три"}


def test_nobody_sees_or_drops_anothers_text(work_as: WorkAs) -> None:
    with work_as(ELENA) as work:
        place = Place(type="Page", parent=make.root(work))
        uid = keep(work, place)
    with work_as(RITA) as work:
        assert queries.unsaved(work, place) == []
        with pytest.raises(KbError, match=r"unsaved\.missing"):
            queries.unsaved_text(work, uid)
        drafts.drop(work, place, uid=uid)
        keep(work, place, "свой")
    with work_as(ELENA) as work:
        assert words(work, place) == ["текст"]


@pytest.mark.parametrize("by", ["uid", "tab"])
def test_one_text_is_dropped_the_others_stay(work_as: WorkAs, by: str) -> None:
    with work_as(ELENA) as work:
        place = Place(type="Page", parent=make.root(work))
        uid = keep(work, place)
        keep(work, place, "другой", tab="two")
        drafts.drop(work, place, **{by: {"uid": uid, "tab": "one"}[by]})
        assert words(work, place) == ["другой"]


def test_keeping_leaves_no_row_in_the_journal(work_as: WorkAs) -> None:
    with work_as(ELENA) as work:
        place = Place(uid=make.question(work, make.topic(work, live=False), live=False))
        keep(work, place)
    with work_as(ANNA) as work:
        acts = {row.act for row in people.audit_log(work, AuditFilter(), size=50).items}
        assert not any(name.startswith("draft.") for name in acts)


def test_forgotten_texts_go_after_three_months(work_as: WorkAs, clock: SetClock) -> None:
    with work_as(ELENA) as work:
        place = Place(type="Page", parent=make.root(work))
        keep(work, place, "старый")
    clock.moment += drafts.LIFE + timedelta(days=1)
    with work_as(ELENA) as work:
        keep(work, place, "новый", tab="two")
        with pytest.raises(KbError, match=r"act\.forbidden"):
            drafts.expire(work)
    with work_as(SYSTEM) as work:
        drafts.expire(work)
    with work_as(ELENA) as work:
        assert words(work, place) == ["новый"]


def test_the_newest_fifty_tabs_of_a_place_are_kept(work_as: WorkAs, clock: SetClock) -> None:
    with work_as(RITA) as work:
        topic = make.topic(work)
        here, there = (Place(uid=make.question(work, topic, name=name)) for name in "ab")
    with work_as(ELENA) as work:
        drafts.keep(work, there, tab="other", based_on=1, fields={})
    for number in range(53):
        clock.moment += timedelta(minutes=1)
        with work_as(ELENA) as work:
            drafts.keep(work, here, tab=f"t{number}", based_on=1, fields={})
    with work_as(ELENA) as work:
        drafts.keep(work, here, tab="t52", based_on=1, fields={"a": "b"})
        assert [one.tab for one in queries.unsaved(work, here)] == [
            f"t{number}" for number in range(52, 2, -1)
        ]
        assert len(queries.unsaved(work, there)) == 1
