"""«Did this help?»: refused for what one may not see, kept without personal data."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from kb_service.base.clock import SetClock
from kb_service.base.errors import KbError, Kind
from kb_service.feedback import queries
from kb_service.feedback.acts import collect
from kb_service.feedback.schemas import Counts, Helped
from kb_service.feedback.tables import Rating
from tests.conftest import WorkAs
from tests.handbook import make
from tests.persons import OLGA, RITA, VERA


def test_an_answer_that_one_may_not_see_cannot_be_rated(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = make.question(work, make.topic(work), live=False)
    with work_as(VERA) as work, pytest.raises(KbError, match=r"item\.missing"):
        collect.rate(work, uid, Helped.YES)


def test_a_visitor_says_why_and_their_phone_is_masked(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = make.question(work, make.topic(work))
    with work_as(VERA) as work:
        rating = collect.rate(work, uid, Helped.NOT_CLEAR, query="свет лс 123456789012")
        collect.explain(work, rating, "Позвоните мне 8 921 123-45-67")
        row = work.session.scalars(select(Rating)).one()
        assert (row.helped, row.revision) == ("not_clear", 1)
        assert "921" not in row.remark
        assert "123456789012" not in row.query


@pytest.mark.parametrize(
    ("after", "is_late"),
    [(timedelta(0), False), (timedelta(minutes=59), False), (timedelta(hours=1), True)],
)
def test_a_reason_may_follow_within_an_hour(
    work_as: WorkAs, clock: SetClock, after: timedelta, is_late: bool
) -> None:
    with work_as(RITA) as work:
        uid = make.question(work, make.topic(work))
    with work_as(VERA) as work:
        rating = collect.rate(work, uid, Helped.NOT_CLEAR)
    clock.moment += after
    if is_late:
        with work_as(VERA) as work, pytest.raises(KbError) as caught:
            collect.explain(work, rating, "поздно")
        assert (caught.value.code, caught.value.kind) == ("rating.too_late", Kind.CONFLICT)
    else:
        with work_as(VERA) as work:
            collect.explain(work, rating, "вовремя")
    with work_as(OLGA, write=False) as work:
        remark = work.session.scalars(select(Rating.remark)).one()
        assert remark == ("" if is_late else "вовремя")


def test_a_reason_for_no_rating_is_missing(work_as: WorkAs) -> None:
    with work_as(VERA) as work, pytest.raises(KbError, match=r"rating\.missing"):
        collect.explain(work, "0" * 32, "почему")


def test_counts_are_for_staff(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = make.question(work, make.topic(work))
    with work_as(VERA) as work:
        collect.rate(work, uid, Helped.YES)
        collect.rate(work, uid, Helped.NOT_ABOUT_THAT)
    with work_as(VERA, write=False) as work, pytest.raises(KbError, match=r"session\.needed"):
        queries.counts(work, [uid])
    with work_as(OLGA, write=False) as work:
        assert queries.counts(work, [uid]) == {uid: Counts(1, 1)}
