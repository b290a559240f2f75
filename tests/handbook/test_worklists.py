"""Lists of what editors have to look at: only what they may edit, each by its own condition."""

from datetime import date, timedelta
from typing import Literal

import msgspec
import pytest

from kb_service.base.clock import SetClock
from kb_service.base.permissions import LocalGrant, Role
from kb_service.handbook import queries
from kb_service.handbook.acts import edit, workflow
from kb_service.handbook.queries.lists import ReviewCounts, Worklist
from kb_service.handbook.rules.review import next_check
from tests.conftest import WorkAs
from tests.handbook import make
from tests.persons import ELENA, OLGA, RITA, VERA


@pytest.fixture
def filled(work_as: WorkAs, clock: SetClock) -> None:
    """One item for each list, and one that is in none but the reviewer's own."""
    with work_as(RITA) as work:
        topic = make.topic(work)
        own: dict[str, object] = {"owner": "meters", "checked": date(2026, 11, 20)}
        make.question(work, topic, "Не сверен?", name="unchecked", owner="meters")
        make.page(work, "Страница", "page")
        make.question(work, topic, "Чисто?", name="clean", **own)
        make.question(work, topic, "Пора?", name="due", review_by=date(2026, 11, 23), **own)
        gone = clock.moment - timedelta(hours=1)
        make.question(work, topic, "Истёк?", name="expired", expires_at=gone, **own)
        make.question(work, topic, "Ничей?", name="ownerless", checked=date(2026, 11, 20))
        draft = make.question(work, topic, "Черновик?", name="draft", **own)
        edit.save(work, draft, make.question_text("Новее?", **own))
        aside = make.question(work, topic, "Спорный?", name="conflict", **own)
        edit.keep_conflict(work, aside, make.question_text("Иначе?", **own))
        solved = make.question(work, topic, "Улажен?", name="solved", **own)
        edit.keep_conflict(work, solved, make.question_text("Иначе?", **own))
        edit.save(work, solved, make.question_text("Вместе?", **own), goes_live=True)
        edit.trash(work, make.question(work, topic, "Выброшен?", name="thrown"))
    with work_as(ELENA) as work:
        waits = make.question(work, topic, "Ждёт?", name="pending", live=False, **own)
        workflow.submit(work, waits)


@pytest.mark.parametrize("actor", [VERA, OLGA])
@pytest.mark.usefixtures("filled")
def test_who_edits_nothing_has_empty_lists(work_as: WorkAs, actor: object) -> None:
    with work_as(actor) as work:
        assert set(queries.worklist_counts(work).values()) == {0}
        assert queries.worklist(work, Worklist.OWNERLESS) == []


@pytest.mark.parametrize(
    ("which", "paths"),
    [
        (Worklist.MINE, ["/meters/pending"]),
        (Worklist.PENDING, ["/meters/pending"]),
        (Worklist.DUE, ["/meters/due"]),
        (Worklist.REVIEW, ["/meters/due"]),
        (Worklist.EXPIRED, ["/meters/expired"]),
        (Worklist.UNCHECKED, ["/meters/unchecked", "/page"]),
        (Worklist.OWNERLESS, ["/meters", "/meters/ownerless", "/page"]),
        (Worklist.CONFLICT, ["/meters/conflict"]),
        (Worklist.DRAFT, ["/meters/draft"]),
    ],
)
@pytest.mark.usefixtures("filled")
def test_each_list_has_what_it_says(work_as: WorkAs, which: Worklist, paths: list[str]) -> None:
    with work_as(ELENA) as work:
        assert [one.path for one in queries.worklist(work, which)] == paths
        assert queries.worklist_counts(work)[which] == len(paths)
        assert ELENA.roles == {Role.EDITOR}


@pytest.mark.usefixtures("filled")
def test_a_list_comes_in_pieces(work_as: WorkAs) -> None:
    with work_as(ELENA) as work:
        whole = [one.path for one in queries.worklist(work, Worklist.OWNERLESS)]
        piece = queries.worklist(work, Worklist.OWNERLESS, start=1, size=1)
        assert [one.path for one in piece] == whole[1:2]


@pytest.mark.usefixtures("filled")
def test_an_editor_of_one_place_counts_that_place_alone(work_as: WorkAs) -> None:
    grants = (LocalGrant("/meters", frozenset({Role.EDITOR})),)
    with work_as(msgspec.structs.replace(OLGA, local=grants)) as work:
        assert queries.worklist_counts(work)[Worklist.OWNERLESS] == 2
        assert len(queries.worklist(work, Worklist.OWNERLESS)) == 2
    with work_as(msgspec.structs.replace(OLGA, local=grants, only_reads=True)) as work:
        assert set(queries.worklist_counts(work).values()) == {0}


def test_a_text_that_is_checked_leaves_the_list_when_it_is_shown(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = make.question(work, make.topic(work), owner="x")
        text = make.question_text("Кто меняет счётчик?", owner="x", checked=date(2026, 11, 24))
        edit.save(work, uid, text)
        assert queries.worklist_counts(work)[Worklist.UNCHECKED] == 1
        workflow.publish(work, uid)
        assert queries.worklist_counts(work)[Worklist.UNCHECKED] == 0


def due(work_as: WorkAs, owner: str, name: str, day: date) -> None:
    with work_as(RITA) as work:
        text = {"owner": owner, "review_by": day}
        make.question(work, make.topic(work, name, name), f"{name}?", name="q", **text)


def test_what_is_due_within_a_fortnight_is_told_the_own_department_first(work_as: WorkAs) -> None:
    due(work_as, "Сбыт", "a", date(2026, 11, 20))
    due(work_as, "Сети", "b", date(2026, 12, 8))
    due(work_as, "Сети", "c", date(2026, 12, 9))
    due(work_as, "сети", "d", date(2026, 11, 23))
    elena = msgspec.structs.replace(ELENA, department="Сети")
    with work_as(elena) as work:
        paths = [one.path for one in queries.worklist(work, Worklist.REVIEW)]
        assert paths == ["/d/q", "/b/q", "/a/q"]
        assert queries.review_counts(work) == ReviewCounts(3, 2, 2, 1)
    with work_as(ELENA) as work:
        assert queries.review_counts(work) == ReviewCounts(3, 2, 0, 0)
    for actor in (VERA, OLGA):
        with work_as(actor) as work:
            assert queries.review_counts(work) == ReviewCounts(0, 0, 0, 0)


@pytest.mark.parametrize(
    ("checked", "review_by", "then"),
    [
        (False, None, date(2027, 5, 25)),
        (date(2026, 9, 1), date(2026, 12, 1), date(2027, 2, 23)),
        (date(2026, 11, 1), date(2026, 11, 2), date(2027, 5, 25)),
        (date(2010, 1, 1), date(2026, 12, 1), date(2027, 5, 25)),
        (False, date(2026, 12, 1), date(2027, 5, 25)),
    ],
)
def test_the_next_check_is_as_far_off_as_it_was(
    checked: date | Literal[False], review_by: date | None, then: date
) -> None:
    assert next_check(date(2026, 11, 24), checked, review_by) == then
