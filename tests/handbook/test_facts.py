"""Changing a fact: refused first, then proposed, decided, and what follows; where it is used."""

from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import select

from kb_service.base.audit import AuditRow
from kb_service.base.clock import SetClock
from kb_service.base.errors import KbError
from kb_service.base.outbox import Job
from kb_service.base.permissions import Actor
from kb_service.base.work import Work
from kb_service.handbook import queries
from kb_service.handbook.acts import edit, facts, sheets, workflow
from kb_service.handbook.render import Renderer
from kb_service.handbook.rules.facts import ChangeKind, NewValue
from kb_service.handbook.schemas import State
from kb_service.handbook.tables import Item, Revision, Sheet
from tests.conftest import WorkAs
from tests.handbook import make
from tests.persons import ANNA, ELENA, OLGA, RITA, VERA

SHEET = """# Суммы
cost_limit:
  title: Предел расходов на включение
  values:
    - {value: "1 000", unit: ₽, source: "прежние правила"}
term:
  title: Срок замены
  values:
    - {value: "6", unit: месяцев, source: "ПП № 442"}
"""
BODY = """Включение стоит не больше {{ fact.cost_limit }}.

::: staff
Говорите про 1 000 рублей спокойно.
:::

::: letter
Включение стоит {{ fact.cost_limit }}. Раньше писали 1000 руб. за включение.
:::
"""
NEW_YEAR = date(2027, 1, 1)
NEXT = NewValue(key="cost_limit", value="5 000", unit="₽", valid_from=NEW_YEAR, source="ПП № 2075")
COMPANY = "name: Пример-Энерго\nrules: {four_eyes: true}\n"


def handbook(work: Work, body: str = BODY) -> str:
    """Make the sheet and a live question that uses a fact of it."""
    sheets.save(work, "facts", SHEET)
    topic = make.topic(work)
    text = f"---\ntype: StandardQuestion\ntitle: Сколько стоит включение?\ncode: Q1\n---\n{body}"
    uid = edit.create(work, topic, text, name="price")
    workflow.publish(work, uid)
    return uid


def values(work: Work) -> list[tuple[str, date | None, date | None]]:
    return [(f.value, f.valid_from, f.valid_to) for f in queries.fact(work, "cost_limit").values]


@pytest.mark.parametrize(("actor", "code"), [(VERA, "session.needed"), (OLGA, "act.forbidden")])
def test_who_does_not_write_proposes_nothing(work_as: WorkAs, actor: Actor, code: str) -> None:
    with work_as(RITA) as work:
        handbook(work)
    with work_as(actor) as work:
        with pytest.raises(KbError, match=code):
            facts.propose(work, NEXT)
        for read in (queries.all_facts, queries.fact_changes, queries.fact_use_counts):
            with pytest.raises(KbError, match=code):
                read(work)


@pytest.mark.parametrize("decide", [facts.approve, facts.reject])
def test_an_editor_decides_nothing(work_as: WorkAs, decide: object) -> None:
    with work_as(RITA) as work:
        handbook(work)
    with work_as(ELENA) as work:
        uid = facts.propose(work, NEXT)
        with pytest.raises(KbError, match=r"act\.forbidden"):
            decide(work, uid, comment="да")  # type: ignore[operator]


def test_with_four_eyes_nobody_approves_an_own_proposal(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        handbook(work)
        uid = facts.propose(work, NEXT)
    with work_as(ANNA) as work:
        sheets.save(work, "company", COMPANY)
    with work_as(RITA) as work, pytest.raises(KbError, match=r"workflow\.four_eyes"):
        facts.approve(work, uid)
    with work_as(ANNA) as work:
        facts.approve(work, uid)


LATE = NewValue(key="cost_limit", value="5 000", valid_from=date(2026, 11, 1), source="ПП")
GAP = NewValue(
    key="cost_limit", value="5 000", valid_from=NEW_YEAR, valid_to=date(2027, 6, 30), source="ПП"
)


@pytest.mark.parametrize(
    ("proposal", "code", "field"),
    [(LATE, "fact.reason_needed", "reason"), (GAP, "fact.gap", "valid_to")],
)
def test_what_would_harm_is_refused_at_its_field(
    work_as: WorkAs, proposal: NewValue, code: str, field: str
) -> None:
    with work_as(RITA) as work:
        handbook(work)
        with pytest.raises(KbError) as caught:
            facts.propose(work, proposal)
        assert (caught.value.code, caught.value.fields[0].field) == (code, field)


def test_a_proposal_changes_nothing_yet(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        handbook(work)
    with work_as(ELENA) as work:
        uid = facts.propose(work, NEXT)
        assert values(work) == [("1 000", None, None)]
        (change,) = queries.fact_changes(work, "cost_limit", is_open=True)
        assert (change.uid, change.before, change.shown) == (
            uid,
            "1\u00a0000\u00a0₽",
            "5\u00a0000\u00a0₽",
        )
        row = work.session.scalar(select(AuditRow).where(AuditRow.object_uid == uid))
        assert row is not None
        assert (row.act, row.actor) == ("fact.propose", "elena")


def test_an_approved_value_closes_the_one_before(work_as: WorkAs) -> None:
    with work_as(ELENA) as work:
        work.as_actor(RITA)
        handbook(work)
        work.as_actor(ELENA)
        uid = facts.propose(work, NEXT)
    with work_as(RITA) as work:
        facts.approve(work, uid, comment="сверено")
        assert values(work) == [
            ("1 000", None, date(2026, 12, 31)),
            ("5 000", NEW_YEAR, None),
        ]
        assert work.session.get_one(Sheet, "facts").text.startswith("# Суммы\n")
        kinds = set(work.session.scalars(select(Job.kind)))
        assert {"handbook.write_sheet", "search.rebuild"} <= kinds
        change = queries.fact_change(work, uid)
        assert (change.status, change.decided_by, change.remark) == ("approved", "rita", "сверено")
        acts = list(work.session.scalars(select(AuditRow.act).order_by(AuditRow.seq)))
        assert acts[-3:] == ["fact.propose", "sheet.save", "fact.approve"]


def test_what_is_decided_is_not_decided_again(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        handbook(work)
        uid = facts.propose(work, NEXT)
        with pytest.raises(KbError, match=r"fact\.remark_needed"):
            facts.reject(work, uid, comment=" ")
        facts.reject(work, uid, comment="Нет источника")
        for decide in (facts.approve, facts.withdraw):
            with pytest.raises(KbError, match=r"fact\.decided"):
                decide(work, uid)
        assert values(work) == [("1 000", None, None)]


def test_only_the_author_or_a_reviewer_withdraws(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        handbook(work)
        of_rita = facts.propose(work, NEXT)
    with work_as(ELENA) as work:
        of_elena = facts.propose(work, NEXT)
        with pytest.raises(KbError, match=r"act\.forbidden"):
            facts.withdraw(work, of_rita)
        facts.withdraw(work, of_elena)
        assert queries.fact_change(work, of_elena).status == "withdrawn"


def test_two_proposals_for_one_day_are_not_both_approved(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        handbook(work)
        first, second = facts.propose(work, NEXT), facts.propose(work, NEXT)
        facts.approve(work, first)
        with pytest.raises(KbError, match=r"fact\.value_exists"):
            facts.approve(work, second)


def test_a_proposal_that_came_late_needs_a_reason(work_as: WorkAs, clock: SetClock) -> None:
    with work_as(RITA) as work:
        handbook(work)
        uid = facts.propose(work, NEXT)
    clock.moment = datetime(2027, 1, 2, 9, 0, tzinfo=UTC)
    with work_as(RITA) as work:
        with pytest.raises(KbError, match=r"fact\.reason_needed"):
            facts.approve(work, uid)
        facts.approve(work, uid, comment="приказ пришёл поздно")
        assert str(queries.facts(work)["cost_limit"]) == "5\u00a0000\u00a0₽"


def test_a_wrong_value_of_the_past_is_put_right_with_a_reason(work_as: WorkAs) -> None:
    wrong = NewValue(
        key="cost_limit", value="1 100", unit="₽", source="ПП № 1", kind=ChangeKind.CORRECTION,
        reason="опечатка",
    )  # fmt: skip
    with work_as(RITA) as work:
        handbook(work)
        facts.approve(work, facts.propose(work, wrong))
        assert values(work) == [("1 100", None, None)]
        assert queries.fact_changes(work, "cost_limit")[0].before == "1\u00a0000\u00a0₽"


def test_a_new_fact_may_be_used_at_once(work_as: WorkAs) -> None:
    fresh = NewValue(key="fresh", title="Свежий", value="7", source="ПП", kind=ChangeKind.NEW)
    with work_as(RITA) as work:
        handbook(work)
        facts.approve(work, facts.propose(work, fresh))
        uid = make.page(work, "Новое", "fresh", "Значение {{ fact.fresh }}.\n")
        assert [use.uid for use in queries.fact_uses(work, "fresh")] == [uid]


def test_where_a_fact_is_used_is_told_by_part(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = handbook(work)
        make.page(work, "Страница", "page", "Без чисел.\n")
        (use,) = queries.fact_uses(work, "cost_limit")
        assert (use.uid, use.parts) == (uid, ["public", "letter"])
        assert (use.is_live, use.is_latest) == (True, True)
        assert dict(queries.fact_use_counts(work)) == {"cost_limit": 1}
        edit.save(work, uid, work.session.get_one(Item, uid) and text_of(work, uid, "Пусто.\n"))
        (use,) = queries.fact_uses(work, "cost_limit")
        assert (use.is_live, use.is_latest) == (True, False)


def text_of(work: Work, uid: str, body: str = "") -> str:
    """Give an item's latest text, with another body where one is given."""
    item = work.session.get_one(Item, uid)
    text = work.session.get_one(Revision, item.latest_uid).text
    return text[: text.index("---\n", 4) + 4] + body if body else text


def test_numbers_typed_by_hand_are_found_and_replaced(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = handbook(work)
        found = queries.typed_uses(work, queries.facts(work)["cost_limit"])
        assert [(one.part, one.text) for one in found] == [
            ("letter", "1000 руб."),
            ("staff", "1 000 рублей"),
        ]
        place = found[1]
        number = facts.replace(
            work, "cost_limit", uid, field=place.field, start=place.start, typed=place.text,
            based_on=place.revision,
        )  # fmt: skip
        assert "Говорите про {{ fact.cost_limit }} спокойно." in text_of(work, uid)
        assert queries.revision_text(work, uid, number) == text_of(work, uid)
        item = work.session.get_one(Item, uid)
        assert (item.live_uid == item.latest_uid, item.state) == (True, State.PUBLISHED)


def test_a_place_that_has_moved_is_not_replaced(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = handbook(work)
        given = {"field": "body", "start": 3, "typed": "1 000 рублей", "based_on": 1}
        with pytest.raises(KbError, match=r"fact\.place_moved"):
            facts.replace(work, "cost_limit", uid, **given)
        with pytest.raises(KbError, match=r"fact\.unknown"):
            facts.replace(work, "nothing", uid, **given)
        edit.save(work, uid, text_of(work, uid, BODY + "\nЕщё.\n"))
        place = queries.typed_uses(work, queries.facts(work)["cost_limit"])[0]
        with pytest.raises(KbError, match=r"item\.stale"):
            facts.replace(
                work,
                "cost_limit",
                uid,
                field="body",
                start=place.start,
                typed=place.text,
                based_on=1,
            )


def test_an_editors_replacement_waits_for_review(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = handbook(work)
    with work_as(ELENA) as work:
        place = queries.typed_uses(work, queries.facts(work)["cost_limit"])[0]
        facts.replace(
            work, "cost_limit", uid, field="body", start=place.start, typed=place.text,
            based_on=place.revision,
        )  # fmt: skip
        item = work.session.get_one(Item, uid)
        assert (item.live_uid != item.latest_uid, item.draft) == (True, State.PENDING)
        found = queries.typed_uses(work, queries.facts(work)["cost_limit"])
        assert {(one.sentence, one.can_replace) for one in found} == {
            ("Раньше писали 1000 руб. за включение.", False),
            ("Говорите про 1 000 рублей спокойно.", True),
        }


def test_a_sentence_that_is_about_something_else_is_not_asked_about_again(
    work_as: WorkAs,
) -> None:
    with work_as(OLGA) as work:
        work.as_actor(RITA)
        uid = handbook(work)
        found = queries.typed_uses(work, queries.facts(work)["cost_limit"])
        work.as_actor(OLGA)
        with pytest.raises(KbError, match=r"act\.forbidden"):
            facts.dismiss(work, "cost_limit", uid, found[0].sentence)
        work.as_actor(ELENA)
        for _ in range(2):
            facts.dismiss(work, "cost_limit", uid, found[0].sentence)
        left = queries.typed_uses(work, queries.facts(work)["cost_limit"])
        assert [one.sentence for one in left] == [found[1].sentence]


def test_nobody_reads_a_value_before_its_day(
    work_as: WorkAs, renderer: Renderer, clock: SetClock
) -> None:
    with work_as(RITA) as work:
        uid = handbook(work)
        facts.approve(work, facts.propose(work, NEXT))
    seen = {}
    for actor in (VERA, OLGA, ELENA):
        with work_as(actor) as work:
            view = queries.by_uid(work, renderer, uid, as_of=NEW_YEAR)
            seen[actor.login] = "5\u00a0000" in unescape(view.html)
    assert seen == {"visitor": False, "olga": False, "elena": True}
    clock.moment = datetime(2026, 12, 31, 20, 59, 58, tzinfo=UTC)
    with work_as(VERA) as work:
        assert "1\u00a0000" in unescape(queries.by_uid(work, renderer, uid).html)
    clock.moment += timedelta(seconds=4)
    with work_as(VERA) as work:
        assert "5\u00a0000" in unescape(queries.by_uid(work, renderer, uid).html)


def test_questions_of_a_changed_fact_are_news_for_a_fortnight(
    work_as: WorkAs, clock: SetClock
) -> None:
    with work_as(RITA) as work:
        uid = handbook(work)
        facts.approve(work, facts.propose(work, NEXT))
    days = {"2026-12-31": None, "2027-01-01": NEW_YEAR, "2027-01-15": NEW_YEAR, "2027-01-16": None}
    for day, wanted in days.items():
        clock.moment = datetime.fromisoformat(f"{day}T12:00:00+03:00").astimezone(UTC)
        with work_as(OLGA) as work:
            assert queries.cards(work, [uid])[uid].fact_changed == wanted
            news = [card.uid for card in queries.with_changed_facts(work)]
            assert news == ([uid] if wanted else [])


def test_a_visitor_is_not_told_of_a_number_that_only_staff_reads(
    work_as: WorkAs, clock: SetClock
) -> None:
    with work_as(RITA) as work:
        uid = handbook(work, "Ответ.\n\n::: staff\nДо {{ fact.cost_limit }}.\n:::\n")
        facts.approve(work, facts.propose(work, NEXT))
    clock.moment = datetime(2027, 1, 2, 9, 0, tzinfo=UTC)
    seen = {}
    for actor in (VERA, OLGA):
        with work_as(actor) as work:
            seen[actor.login] = queries.cards(work, [uid])[uid].fact_changed
    assert seen == {"visitor": None, "olga": NEW_YEAR}
