"""What became of standard texts: counted for who may edit them, with the changed sentences."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from kb_service.base.clock import SetClock
from kb_service.base.errors import KbError
from kb_service.base.permissions import Actor, LocalGrant, Role
from kb_service.letters import queries
from tests.conftest import WorkAs
from tests.handbook import make as handbook
from tests.letters import make
from tests.persons import ELENA, OLGA, RITA, SERGEY, VERA

ELSEWHERE = replace(OLGA, local=(LocalGrant("/nowhere", frozenset({Role.EDITOR})),))


@pytest.fixture
def item(work_as: WorkAs) -> str:
    with work_as(RITA) as work:
        return handbook.question(work, handbook.topic(work), code="M01", word="первое")


def used(work_as: WorkAs, item: str, *mores: str | None) -> None:
    """Make ready drafts of the text, each with words added to it."""
    with work_as(SERGEY) as work:
        for more in mores:
            make.replied(work, item, more)


@pytest.mark.parametrize(("actor", "code"), [(VERA, "session.needed"), (SERGEY, "act.forbidden")])
def test_who_edits_nothing_is_told_nothing(work_as: WorkAs, actor: Actor, code: str) -> None:
    with work_as(actor) as work, pytest.raises(KbError, match=code.replace(".", r"\.")):
        queries.usage(work, work.now - timedelta(days=30))


def test_what_one_may_not_edit_is_not_counted(work_as: WorkAs, item: str) -> None:
    used(work_as, item, "")
    with work_as(ELSEWHERE) as work:
        assert queries.usage(work, work.now - timedelta(days=30)) == []


def test_each_outcome_is_counted_with_the_commonest_change(work_as: WorkAs, item: str) -> None:
    visit = "Приходите с паспортом."
    used(work_as, item, "", "Звоните Смирновой Анне Петровне: 8-912-345-67-89.", visit, visit, None)
    with work_as(SERGEY) as work:
        make.replied(work, item, is_ready=False)
    with work_as(ELENA) as work:
        (one,) = queries.usage(work, work.now - timedelta(days=30))
    assert (one.uid, one.inserted, one.kept, len(one.edited), one.dropped) == (item, 6, 1, 3, 1)
    assert one.changes[0] == ("", visit, 2)
    assert [word for word in ("Смирнов", "912") if word in str(one)] == []


def test_a_use_counts_in_the_period_in_which_it_was_settled(
    work_as: WorkAs, item: str, clock: SetClock
) -> None:
    used(work_as, item, "")
    begin = clock.moment
    clock.moment += timedelta(days=10)
    used(work_as, item, "Ждите.")
    with work_as(ELENA) as work:
        (late,) = queries.usage(work, begin + timedelta(days=1))
        assert (late.kept, len(late.edited)) == (0, 1)
        (early,) = queries.usage(work, begin - timedelta(days=1), begin + timedelta(days=1))
        assert (early.kept, early.edited) == (1, [])
