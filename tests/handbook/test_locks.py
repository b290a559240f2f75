"""Locks: who may take one, whom it keeps out, how it ends, and that the loser is told."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kb_service.base.audit import AuditRow
from kb_service.base.clock import SetClock
from kb_service.base.errors import KbError, Kind
from kb_service.base.i18n import translator
from kb_service.base.permissions import FILES, SYSTEM, Actor
from kb_service.base.work import Work
from kb_service.handbook import queries
from kb_service.handbook.acts import edit, locks, working_copy
from kb_service.handbook.rules.locks import LONGEST_S, SHORTEST_S, checked_timeout
from tests.conftest import WorkAs
from tests.handbook import make
from tests.persons import ANNA, ELENA, OLGA, RITA, VERA

NEW = make.question_text("Новый вопрос?")


@pytest.fixture
def uid(work_as: WorkAs) -> str:
    """A live question that Elena is writing."""
    with work_as(RITA) as work:
        made = make.question(work, make.topic(work), name="own")
    with work_as(ELENA) as work:
        locks.take(work, made)
    return made


def refused(code: str) -> Any:
    return pytest.raises(KbError, match=code.replace(".", r"\."))


@pytest.mark.parametrize("act", [locks.take, locks.confirm, locks.give_back])
@pytest.mark.parametrize(("actor", "code"), [(VERA, "session.needed"), (OLGA, "act.forbidden")])
def test_only_who_may_edit_has_locks(
    work_as: WorkAs, uid: str, act: Callable[[Work, str], None], actor: Actor, code: str
) -> None:
    with work_as(actor) as work, refused(code):
        act(work, uid)


@pytest.mark.parametrize(
    "change",
    [
        lambda work, uid: edit.save(work, uid, NEW),
        edit.trash,
        lambda work, uid: edit.move(work, uid, make.root(work), name="new"),
        lambda work, uid: edit.trash(work, queries.card_at(work, "/meters").uid),
        working_copy.check_out,
        locks.take,
        locks.confirm,
        locks.give_back,
    ],
)
def test_another_is_told_who_is_writing_and_since_when(
    work_as: WorkAs, uid: str, change: Callable[[Work, str], object]
) -> None:
    with work_as(RITA) as work:
        with pytest.raises(KbError) as caught:
            change(work, uid)
        error = caught.value
        assert (error.code, error.kind) == ("item.locked", Kind.FORBIDDEN)
        assert error.params["holder"] == "elena"
        assert error.params["since"] == "2026-11-24T09:00:00+00:00"
        assert "12:00" in translator("ru").error(error)


@pytest.mark.parametrize("actor", [ELENA, FILES, SYSTEM])
def test_the_holder_and_the_house_itself_go_on(work_as: WorkAs, uid: str, actor: Actor) -> None:
    with work_as(actor) as work:
        edit.save(work, uid, NEW)
        edit.move(work, uid, make.root(work), name="new")
        edit.trash(work, uid)


def test_a_lock_ends_by_itself_and_is_prolonged_by_a_sign_of_life(
    work_as: WorkAs, uid: str, clock: SetClock
) -> None:
    clock.moment += timedelta(minutes=8)
    with work_as(ELENA) as work:
        locks.confirm(work, uid)
    clock.moment += timedelta(minutes=8)
    with work_as(RITA) as work:
        held = queries.lock_of(work, uid)
        assert held is not None
        assert (held.holder, held.is_own, held.token) == ("elena", False, "")
        assert (held.taken_at.minute, held.ends_at.minute) == (0, 18)
    clock.moment += timedelta(minutes=2)
    with work_as(RITA) as work:
        assert queries.lock_of(work, uid) is None
        edit.save(work, uid, NEW)
        locks.take(work, uid)


def test_a_lock_that_ran_out_is_taken_anew_by_going_on(
    work_as: WorkAs, uid: str, clock: SetClock
) -> None:
    clock.moment += timedelta(hours=2)
    with work_as(ELENA) as work:
        locks.confirm(work, uid)
        held = queries.lock_of(work, uid)
        assert held is not None
        assert (held.is_own, held.taken_at) == (True, work.now)


def test_a_lock_given_back_keeps_nobody_out(work_as: WorkAs, uid: str) -> None:
    with work_as(ELENA) as work:
        locks.give_back(work, uid)
        locks.give_back(work, uid)
        assert queries.lock_of(work, uid) is None
    with work_as(RITA) as work:
        edit.save(work, uid, NEW)


def test_taking_it_again_keeps_since_when_and_the_token(
    work_as: WorkAs, uid: str, clock: SetClock
) -> None:
    with work_as(ELENA) as work:
        before = queries.lock_of(work, uid)
    clock.moment += timedelta(minutes=1)
    with work_as(ELENA) as work:
        locks.take(work, uid, timeout_s=100)
        after = queries.lock_of(work, uid)
        assert before is not None
        assert after is not None
        assert (after.token, after.taken_at) == (before.token, before.taken_at)
        assert after.ends_at.isoformat() == "2026-11-24T09:02:40+00:00"


@pytest.mark.parametrize("how", [locks.take, locks.give_back])
def test_who_loses_a_lock_is_told_to_whom(
    work_as: WorkAs, uid: str, clock: SetClock, how: Callable[..., None]
) -> None:
    clock.moment += timedelta(minutes=1)
    with work_as(RITA) as work:
        how(work, uid, is_forced=True)
        row = work.session.scalar(select(AuditRow).order_by(AuditRow.seq.desc()))
        assert row is not None
        assert (row.object_uid, row.changes[0]["fields"]) == (uid, {"taken_from": [None, "elena"]})
        held = queries.lock_of(work, uid)
        assert (held is not None and held.is_own) is (how is locks.take)
    with work_as(ELENA) as work:
        with pytest.raises(KbError) as caught:
            locks.confirm(work, uid)
        assert caught.value.code == "item.lock_lost"
        assert caught.value.params["name"] == RITA.name
        if how is locks.take:
            with refused("item.locked"):
                locks.take(work, uid)
        else:
            locks.take(work, uid)
            locks.confirm(work, uid)


def test_locks_leave_the_journal_in_peace(work_as: WorkAs, uid: str) -> None:
    with work_as(ELENA) as work:
        locks.confirm(work, uid)
        locks.give_back(work, uid)
        acts = set(work.session.scalars(select(AuditRow.act)))
        assert not {"item.lock", "item.confirm_lock", "item.unlock"} & acts


def test_names_of_who_is_writing_are_for_staff(work_as: WorkAs, uid: str) -> None:
    with work_as(VERA, write=False) as work, refused("session.needed"):
        queries.lock_of(work, uid)
    with work_as(ANNA, write=False) as work:
        held = queries.lock_of(work, uid)
        assert held is not None
        assert held.name == ELENA.name


@pytest.mark.parametrize(
    ("asked", "given"), [(0, SHORTEST_S), (-5, SHORTEST_S), (90, 90), (10**9, LONGEST_S)]
)
def test_nobody_holds_for_a_moment_or_for_ever(asked: int, given: int) -> None:
    assert checked_timeout(asked) == given
