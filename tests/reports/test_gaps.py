"""Gaps: what each costs, who sees which, and how one that is none stays away until it grows."""

from datetime import date, timedelta

import msgspec
import pytest

from kb_service.base.clock import SetClock
from kb_service.base.errors import KbError
from kb_service.base.permissions import SYSTEM, LocalGrant, Role
from kb_service.base.work import Work
from kb_service.feedback.acts import collect, inbox
from kb_service.feedback.schemas import Helped, RatingState
from kb_service.handbook.acts import sheets, workflow
from kb_service.reports.gaps import (
    CALL_MINUTES,
    call_minutes,
    edited_minutes,
    gaps,
    search_minutes,
    start_counts,
)
from kb_service.reports.schemas import Gap, GapKind, StartCounts
from tests.conftest import WorkAs
from tests.handbook import make
from tests.letters import make as letters
from tests.persons import ELENA, OLGA, RITA, SERGEY, VERA
from tests.search.test_unanswered import event

PAST = date(2026, 11, 1)
BELOW = msgspec.structs.replace(OLGA, local=(LocalGrant("/meters", frozenset({Role.EDITOR})),))


def found(work: Work, kind: GapKind) -> list[Gap]:
    return [one for one in gaps(work).gaps if one.kind == kind]


@pytest.mark.parametrize(
    ("count", "nothing", "by_staff", "minutes"),
    [
        (10, 10, 0, 30.0),
        (10, 0, 0, 15.0),
        (10, 4, 0, 21.0),
        (10, 0, 10, 20.0),
        (10, 10, 10, 20.0),
        (10, 5, 2, 22.0),
        (0, 0, 0, 0.0),
    ],
)
def test_what_questions_without_an_answer_cost(
    count: int, nothing: int, by_staff: int, minutes: float
) -> None:
    assert search_minutes(count, nothing, by_staff, 6.0) == minutes


@pytest.mark.parametrize(
    ("card", "minutes"),
    [
        ("name: А", CALL_MINUTES),
        ("rules: {call_minutes: 4.5}", 4.5),
        ("rules: {call_minutes: 10}", 10.0),
        ("rules: {call_minutes: 0}", CALL_MINUTES),
        ("rules: {call_minutes: 1000}", CALL_MINUTES),
        ("rules: {call_minutes: долго}", CALL_MINUTES),
        ("rules: {call_minutes: true}", CALL_MINUTES),
        ("rules: всегда", CALL_MINUTES),
    ],
)
def test_the_companys_own_length_of_a_call(work_as: WorkAs, card: str, minutes: float) -> None:
    with work_as(SYSTEM) as work:
        sheets.save(work, "company", f"{card}\n")
        assert call_minutes(work) == minutes


@pytest.mark.parametrize("days", [0, -1, 366])
def test_days_that_are_none_are_refused(work_as: WorkAs, days: int) -> None:
    with work_as(ELENA) as work, pytest.raises(KbError, match=r"gap\.days_wrong"):
        gaps(work, days)


def test_who_edits_nothing_sees_no_gap(work_as: WorkAs) -> None:
    for who, code in ((VERA, r"session\.needed"), (OLGA, r"act\.forbidden")):
        with work_as(who) as work:
            for refused in (
                lambda work=work: gaps(work),
                lambda work=work: start_counts(work),
                lambda work=work: inbox.hide(work, "search:x", title="", demand=1, reason="так"),
                lambda work=work: inbox.show(work, "search:x"),
            ):
                with pytest.raises(KbError, match=code):
                    refused()


def test_a_question_asked_once_is_no_pattern(work_as: WorkAs) -> None:
    with work_as(SYSTEM) as work:
        event(work, "льготы многодетным")
        event(work, "как вернуть деньги")
        event(work, "вернуть деньги как")
    with work_as(ELENA) as work:
        (one,) = found(work, GapKind.SEARCH)
        assert (one.demand, one.minutes, one.nothing) == (2, 6.0, 2)
        assert start_counts(work) == StartCounts(unanswered=3, opinions=0)


def test_an_answer_that_did_not_help_costs_until_it_is_settled(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = make.question(work, make.topic(work), name="own")
    with work_as(VERA) as work:
        collect.rate(work, uid, Helped.YES)
        first = collect.rate(work, uid, Helped.OUT_OF_DATE, remark="Старые цены")
        collect.rate(work, uid, Helped.NOT_CLEAR)
    with work_as(ELENA) as work:
        (one,) = found(work, GapKind.DISLIKE)
        assert (one.demand, one.minutes, one.path) == (2, 6.0, "/meters/own")
        assert one.reasons == {"out_of_date": 1, "not_clear": 1}
        assert one.examples == ["Старые цены"]
        assert start_counts(work).opinions == 1
        inbox.handle(work, first, RatingState.DONE)
        assert found(work, GapKind.DISLIKE)[0].minutes == 3.0


@pytest.mark.parametrize(
    ("kept", "edited", "minutes"),
    [(0, 2, 0.0), (0, 3, 3.0), (2, 1, 1.0), (3, 1, 0.0), (6, 3, 3.0), (7, 3, 0.0), (9, 0, 0.0)],
)
def test_what_it_costs_that_a_text_is_changed(kept: int, edited: int, minutes: float) -> None:
    assert edited_minutes(kept, edited) == minutes


def test_a_text_that_employees_change_is_a_gap_with_the_changed_sentence(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = make.question(work, make.topic(work), name="own", code="M01")
        other = make.question(work, make.topic(work, "Оплата", "payment"), "Где?", name="where")
    with work_as(SERGEY) as work:
        for more in ("", "Возьмите паспорт.", "Возьмите паспорт.", "Ждите.", None):
            letters.replied(work, uid, more)
        for more in ("", "", "", "Ждите."):
            letters.replied(work, other, more)
    with work_as(ELENA) as work:
        (one,) = found(work, GapKind.EDITED)
    assert (one.uid, one.path, one.code) == (uid, "/meters/own", "M01")
    assert (one.demand, one.minutes) == (3, 3.0)
    assert one.reasons == {"edited": 3, "kept": 1, "dropped": 1}
    assert one.examples == ["+ Возьмите паспорт.", "+ Ждите."]


def test_overdue_and_outlived_texts_cost_by_what_is_asked_of_them(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        topic = make.topic(work)
        make.question(work, topic, "Старое?", name="old", code="M01", review_by=PAST)
        make.question(work, topic, "Отменено?", name="gone", valid_to=PAST)
        make.question(work, topic, "Позже?", name="later", review_by=date(2026, 11, 24))
        make.question(work, topic, "Черновик?", name="draft", live=False, review_by=PAST)
    with work_as(SYSTEM) as work:
        for _ in range(10):
            event(work, "а", found=["M01"], total=1, confident=True)
        event(work, "б", found=["/meters/gone"], total=1, confident=True)
    with work_as(ELENA) as work:
        (old,) = found(work, GapKind.REVIEW)
        assert (old.title, old.demand, old.minutes, old.since) == ("Старое?", 10, 3.0, PAST)
        (gone,) = found(work, GapKind.SOURCE)
        assert (gone.title, gone.demand, gone.minutes, gone.since) == ("Отменено?", 1, 1.5, PAST)


def test_a_source_that_is_withdrawn_is_told_with_its_name(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        order = make.page(work, "Порядок", "order")
        source = {"act": "Порядок замены", "url": "/order"}
        text = make.question_text("Как меняют?")
        text = text.replace(
            "title:", f"sources:\n  - act: {source['act']}\n    url: /order\ntitle:", 1
        )
        topic = make.topic(work)
        uid = make.edit.create(work, topic, text, name="how")
        workflow.publish(work, uid)
        assert found(work, GapKind.SOURCE) == []
        workflow.retract(work, order)
        (one,) = found(work, GapKind.SOURCE)
        assert (one.path, one.source) == ("/meters/how", "Порядок замены")


def test_a_fact_that_has_had_its_last_day_is_a_gap_of_the_texts_that_name_it(
    work_as: WorkAs,
) -> None:
    values = (
        "term:\n  title: Срок\n  values:\n"
        "    - {{value: '5', unit: дней, from: 2026-01-01, to: {end}}}\n"
    )
    with work_as(RITA) as work:
        sheets.save(work, "facts", values.format(end="2026-12-31"))
        make.question(work, make.topic(work), name="own", word="{{ fact.term }}")
        assert found(work, GapKind.SOURCE) == []
        sheets.save(work, "facts", values.format(end="2026-11-23"))
        event(work, "а", found=["/meters/own"], total=1, confident=True)
        (one,) = found(work, GapKind.SOURCE)
        assert (one.path, one.since) == ("/edit/facts/term", date(2026, 11, 23))
        assert (one.demand, one.minutes) == (1, 1.5)


def test_a_topic_without_an_owner_counts_what_lies_below(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        make.question(work, make.topic(work), name="own", code="M01")
        for name in ("M01", "/meters/own", "/payment/x"):
            event(work, "а", found=[name], total=1, confident=True)
        (one,) = found(work, GapKind.OWNER)
        assert (one.path, one.demand, one.minutes) == ("/meters", 2, 0.1)


def test_a_local_editor_sees_the_gaps_of_their_topic_and_no_questions(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        make.question(work, make.topic(work), name="own", review_by=PAST)
        other = make.topic(work, "Оплата", "payment")
        make.question(work, other, "Куда платить?", name="where", review_by=PAST)
    with work_as(SYSTEM) as work:
        for _ in range(2):
            event(work, "льготы многодетным")
    with work_as(BELOW) as work:
        assert {one.path for one in gaps(work).gaps} == {"/meters", "/meters/own"}
        assert start_counts(work).unanswered == 0


def test_what_is_no_gap_stays_away_until_more_ask(work_as: WorkAs, clock: SetClock) -> None:
    with work_as(SYSTEM) as work:
        for _ in range(2):
            event(work, "где купить пиццу", work.now - timedelta(hours=1))
    with work_as(ELENA) as work:
        (one,) = found(work, GapKind.SEARCH)
        with pytest.raises(KbError, match=r"gap\.reason_needed"):
            inbox.hide(work, one.key, title=one.title, demand=one.demand, reason=" ")
        with pytest.raises(KbError, match=r"gap\.wrong"):
            inbox.hide(work, "", title=one.title, demand=one.demand, reason="шутка")
        inbox.hide(work, one.key, title=one.title, demand=one.demand, reason="шутка")
        report = gaps(work)
        assert (report.gaps, report.minutes) == ([], 0)
        assert [gap.hidden.reason for gap in report.hidden if gap.hidden] == ["шутка"]
    clock.moment += timedelta(days=1)
    # Asked in other words it is the same gap, also once those words are the most frequent.
    with work_as(SYSTEM) as work:
        event(work, "купить пиццу где недорого")
        event(work, "купить пиццу где недорого")
    with work_as(ELENA) as work:
        assert found(work, GapKind.SEARCH) == []
        event(work, "купить пиццу где недорого")
        assert found(work, GapKind.SEARCH)[0].demand == 5


def test_what_was_hidden_by_mistake_is_shown_again(work_as: WorkAs) -> None:
    with work_as(SYSTEM) as work:
        for _ in range(2):
            event(work, "где купить пиццу", work.now - timedelta(hours=1))
    with work_as(ELENA) as work:
        (one,) = found(work, GapKind.SEARCH)
        inbox.hide(work, one.key, title=one.title, demand=one.demand, reason="шутка")
        inbox.show(work, one.key)
        inbox.show(work, one.key)
        assert len(found(work, GapKind.SEARCH)) == 1
