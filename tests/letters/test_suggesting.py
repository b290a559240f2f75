"""Suggestions to the editors: who may, what is kept of them, and what an editor makes of them."""

from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import select

from kb_service.base.audit import AuditRow
from kb_service.base.errors import KbError
from kb_service.base.permissions import Actor, LocalGrant, Role
from kb_service.handbook import queries as items
from kb_service.handbook.acts import workflow
from kb_service.letters import queries
from kb_service.letters.acts import suggesting
from kb_service.letters.schemas import SuggestionKind, SuggestionStatus
from kb_service.letters.tables import Suggestion
from tests.conftest import WorkAs
from tests.handbook import make as handbook
from tests.persons import ELENA, OLGA, RITA, SERGEY, VERA

WORDING, SENTENCE = SuggestionKind.WORDING, SuggestionKind.SENTENCE
ELSEWHERE = replace(
    OLGA, uid="d" * 32, login="local", local=(LocalGrant("/payment", frozenset({Role.EDITOR})),)
)


@pytest.fixture
def item(work_as: WorkAs) -> str:
    with work_as(RITA) as work:
        return handbook.question(work, handbook.topic(work), "Кто меняет?", code="M01")


def refused(code: str) -> Any:
    return pytest.raises(KbError, match=code.replace(".", r"\."))


def offered(
    work_as: WorkAs, item: str, kind: SuggestionKind = WORDING, text: str = "сменить прибор"
) -> str:
    with work_as(OLGA) as work:
        return suggesting.make(work, item, kind, text)


def test_a_visitor_suggests_nothing_and_reads_nothing(work_as: WorkAs, item: str) -> None:
    uid = offered(work_as, item)
    with work_as(VERA) as work:
        for ask in (
            lambda: suggesting.make(work, item, WORDING, "как сменить"),
            lambda: suggesting.take(work, uid),
            lambda: suggesting.decline(work, uid),
            lambda: queries.suggestions(work),
            lambda: queries.suggestion(work, uid),
            lambda: queries.suggestion_counts(work),
        ):
            with refused("session.needed"):
                ask()


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [
        (WORDING, " ", "suggestion.empty"),
        (WORDING, "?!", "suggestion.empty"),
        (WORDING, "а" * 201, "suggestion.too_long"),
        (SENTENCE, "а " * 501, "suggestion.too_long"),
    ],
)
def test_what_nobody_could_use_is_refused_at_its_field(
    work_as: WorkAs, item: str, kind: SuggestionKind, text: str, code: str
) -> None:
    with work_as(OLGA) as work, refused(code) as error:
        suggesting.make(work, item, kind, text)
    assert [one.field for one in error.value.fields] == ["text"]


def test_what_would_be_replaced_is_limited_too(work_as: WorkAs, item: str) -> None:
    with work_as(OLGA) as work, refused("suggestion.too_long") as error:
        suggesting.make(work, item, SENTENCE, "Ждите.", instead_of="а" * 1001)
    assert [one.field for one in error.value.fields] == ["instead_of"]


def test_nothing_is_suggested_for_what_one_may_not_know_of(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        hidden = handbook.question(work, handbook.topic(work), live=False)
    for uid in (hidden, "0" * 32):
        with work_as(OLGA) as work, refused("item.missing"):
            suggesting.make(work, uid, WORDING, "как сменить")


def test_the_same_waits_once_and_nobody_fills_the_list(
    work_as: WorkAs, item: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered(work_as, item)
    with work_as(SERGEY) as work, refused("suggestion.exists"):
        suggesting.make(work, item, WORDING, "  сменить   прибор ")
    monkeypatch.setattr(suggesting, "MAX_WAITING", 1)
    with work_as(OLGA) as work, refused("suggestion.too_many"):
        suggesting.make(work, item, WORDING, "другое")
    with work_as(SERGEY) as work:
        suggesting.make(work, item, WORDING, "другое")


def test_what_is_personal_is_masked_before_it_is_kept(work_as: WorkAs, item: str) -> None:
    said = "Смирнова Анна Петровна, звоните 8-912-345-67-89."
    with work_as(OLGA) as work:
        suggesting.make(work, item, SENTENCE, f"Ждите. {said}", instead_of=f"Идите. {said}")
    with work_as(OLGA) as work:
        row = work.session.scalars(select(Suggestion)).one()
        journal = [one.changes for one in work.session.scalars(select(AuditRow))]
    assert (row.text[:6], row.instead_of[:6]) == ("Ждите.", "Идите.")
    whole = f"{row.text} {row.instead_of} {journal}"
    assert [one for one in ("Смирнов", "Петровна", "345-67") if one in whole] == []


@pytest.mark.parametrize("other", [OLGA, SERGEY, ELSEWHERE])
@pytest.mark.parametrize("settle", [suggesting.take, suggesting.decline])
def test_who_may_not_edit_the_item_settles_nothing(
    work_as: WorkAs, item: str, other: Actor, settle: Any
) -> None:
    uid = offered(work_as, item)
    with work_as(other) as work, refused("act.forbidden"):
        settle(work, uid)
    with work_as(ELENA) as work:
        assert queries.suggestion(work, uid).status == SuggestionStatus.NEW


def test_one_reads_one_s_own_and_editors_read_theirs(work_as: WorkAs, item: str) -> None:
    uid = offered(work_as, item)
    for who, count in ((OLGA, 1), (SERGEY, 0), (ELSEWHERE, 0), (ELENA, 1)):
        with work_as(who) as work:
            assert queries.suggestions(work).total == count
    with work_as(SERGEY) as work, refused("suggestion.missing"):
        queries.suggestion(work, uid)
    with work_as(ELENA) as work:
        assert queries.suggestions(work, is_mine=True).total == 0
        assert queries.suggestion_counts(work)[SuggestionStatus.NEW] == 1
    with work_as(OLGA) as work, refused("act.forbidden"):
        queries.suggestions_to_settle(work, SuggestionStatus.NEW)


def test_a_wording_that_is_taken_becomes_one_of_its_question(work_as: WorkAs, item: str) -> None:
    uid = offered(work_as, item)
    with work_as(RITA) as work:
        suggesting.take(work, uid)
    with work_as(RITA) as work:
        assert "сменить прибор" in items.for_editing(work, uid=item).text
        one = queries.suggestion(work, uid)
        assert (one.status, one.settled_by) == (SuggestionStatus.TAKEN, RITA.login)
        acts = list(work.session.scalars(select(AuditRow.act)))
    assert {"suggestion.make", "suggestion.take", "item.add_wording"} <= set(acts)


def test_a_sentence_that_is_taken_leaves_the_text_to_its_editor(work_as: WorkAs, item: str) -> None:
    uid = offered(work_as, item, SENTENCE, "Возьмите паспорт.")
    with work_as(ELENA) as work:
        before = items.for_editing(work, uid=item)
        suggesting.take(work, uid)
    with work_as(ELENA) as work:
        assert items.for_editing(work, uid=item).text == before.text
        assert queries.suggestion(work, uid).status == SuggestionStatus.TAKEN


def test_a_wording_that_is_there_already_waits_for_a_decision(work_as: WorkAs, item: str) -> None:
    uid = offered(work_as, item, text="кто меняет")
    with work_as(ELENA) as work, refused("wording.exists"):
        suggesting.take(work, uid)
    with work_as(ELENA) as work:
        suggesting.decline(work, uid, reason="уже есть")
    with work_as(ELENA) as work:
        assert queries.suggestion_counts(work)[SuggestionStatus.DECLINED] == 1
        rows = work.session.scalars(select(AuditRow).where(AuditRow.act == "suggestion.decline"))
        assert [row.reason for row in rows] == ["уже есть"]


@pytest.mark.parametrize("settle", [suggesting.take, suggesting.decline])
def test_what_is_settled_stays_settled(work_as: WorkAs, item: str, settle: Any) -> None:
    uid = offered(work_as, item)
    with work_as(ELENA) as work:
        suggesting.decline(work, uid)
    with work_as(ELENA) as work, refused("suggestion.settled"):
        settle(work, uid)


def test_a_suggestion_outlives_what_it_is_about(work_as: WorkAs, item: str) -> None:
    uid = offered(work_as, item)
    with work_as(RITA) as work:
        workflow.retract(work, item)
    with work_as(OLGA) as work:
        one = queries.suggestion(work, uid)
    assert (one.text, one.title, one.path) == ("сменить прибор", "", "")
