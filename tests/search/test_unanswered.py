"""Questions without a sure answer: who may read them, and which of them are the same question."""

from datetime import datetime, timedelta

import pytest

from kb_service.base.errors import KbError
from kb_service.base.ids import new_uid
from kb_service.base.permissions import SYSTEM
from kb_service.base.work import Work
from kb_service.search.grouping import grouped, meaning_of
from kb_service.search.tables import SearchEvent
from kb_service.search.unanswered import asked_for, unanswered, unanswered_count
from tests.conftest import WorkAs
from tests.persons import ELENA, OLGA, VERA


def event(work: Work, query: str, moment: datetime | None = None, **changes: object) -> None:
    """Write a question that found nothing, as the journal would."""
    values: dict[str, object] = {
        "uid": new_uid(), "moment": moment or work.now, "channel": "site", "staff": False,
        "query": query, "corrected": "", "found": [], "total": 0, "confident": False,
        "confidence": 0.0, "danger": "", "legs": [],
    }  # fmt: skip
    work.session.add(SearchEvent(**{**values, **changes}))


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("когда поменяют счётчик", "поменять счетчик когда", True),
        ("поменять счётчик", "поменять счётчик бесплатно", True),
        ("поменять счётчик", "поверить счётчик", False),
        ("льготы", "льготы многодетным", False),
        ("льготы многодетным [телефон]", "льготы многодетным", True),
        ("свет", "вода", False),
        ("почему", "почему", True),
    ],
)
def test_questions_that_mean_the_same(one: str, other: str, is_same: bool) -> None:
    meanings = [meaning_of(one), meaning_of(other)]
    counts = dict.fromkeys(meanings, 1)
    leaders = {grouped(counts)[meaning] for meaning in meanings}
    assert (len(leaders) == 1) is is_same


def test_the_most_frequent_stands_for_its_group() -> None:
    rare, often = meaning_of("поменять счётчик бесплатно"), meaning_of("поменять счётчик")
    assert set(grouped({rare: 1, often: 5}).values()) == {often}
    assert set(grouped({rare: 5, often: 1}).values()) == {rare}


def test_a_long_list_is_grouped_at_once() -> None:
    words = [f"слово{number}" for number in range(3000)]
    counts = {frozenset(words[at : at + 4]): 1 for at in range(2990)}
    assert len(grouped(counts)) == 2990


def test_only_who_mends_words_reads_them(work_as: WorkAs) -> None:
    for who, code in ((VERA, r"session\.needed"), (OLGA, r"act\.forbidden")):
        with work_as(who, write=False) as work:
            with pytest.raises(KbError, match=code):
                unanswered(work, work.now)
            assert unanswered_count(work, work.now - timedelta(days=1)) == 0


def test_what_found_no_sure_answer_comes_in_groups(work_as: WorkAs) -> None:
    with work_as(SYSTEM) as work:
        since = work.now - timedelta(days=7)
        for _ in range(2):
            event(work, "льготы многодетным")
        event(work, "многодетным льгота", total=3, staff=True)
        event(work, "kmujns vyjujltnysv", corrected="льготы многодетным")
        event(work, "куда платить", total=3, confident=True)
        event(work, "искрит провод", danger="wire")
        event(work, "давно было", moment=since - timedelta(seconds=1))
        event(work, "… ?")
    with work_as(ELENA, write=False) as work:
        (one,) = unanswered(work, since)
        assert (one.question, one.examples) == ("льготы многодетным", ["многодетным льгота"])
        assert (len(one.moments), one.nothing, one.by_staff) == (4, 3, 1)
        assert unanswered_count(work, since) == 5


def test_what_is_asked_for_is_counted_by_the_first_answer(work_as: WorkAs) -> None:
    with work_as(SYSTEM) as work:
        event(work, "а", total=2, found=["M01", "M02"], confident=True)
        event(work, "б", total=1, found=["/meters/own"])
        event(work, "в", total=2, found=["M01"])
        event(work, "г")
    with work_as(ELENA, write=False) as work:
        found = asked_for(work, work.now - timedelta(days=1))
        assert {name: len(moments) for name, moments in found.items()} == {
            "M01": 2,
            "/meters/own": 1,
        }
