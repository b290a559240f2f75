"""Filing anew: what is live at once, what waits, that no unread text comes out, four eyes."""

from datetime import date

import pytest

from kb_service.base.errors import KbError
from kb_service.base.ids import Uid
from kb_service.base.permissions import Actor
from kb_service.base.work import Work
from kb_service.handbook import queries
from kb_service.handbook.acts import edit, filing, locks, sheets, workflow
from kb_service.handbook.queries._rows import document_of
from kb_service.handbook.rules.bulk import BulkStep
from kb_service.handbook.schemas import Content
from kb_service.handbook.tables import Item, Revision
from tests.conftest import WorkAs
from tests.handbook import make
from tests.persons import ANNA, ELENA, OLGA, RITA, VERA

FOUR_EYES = "short_name: Тест\nrules: {four_eyes: true}\n"
OWNER = {"owner": "Сбыт"}
DAY = {"day": "2027-03-01"}


@pytest.fixture
def uid(work_as: WorkAs) -> Uid:
    """A live question with a tag."""
    with work_as(RITA) as work:
        return make.question(work, make.topic(work), name="kto", tags=["счётчик"])


def text_of(work: Work, uid: Uid, *, live: bool = True) -> Content:
    item = work.session.get_one(Item, uid)
    revision = (item.live_uid or "") if live else item.latest_uid
    return document_of(work.session.get_one(Revision, revision).text).content


def newer_of(work_as: WorkAs, uid: Uid, actor: Actor = ELENA) -> None:
    with work_as(actor) as work:
        edit.save(work, uid, make.question_text("Новее?", tags=["счётчик"]))


def four_eyes(work_as: WorkAs) -> None:
    with work_as(ANNA) as work:
        sheets.save(work, "company", FOUR_EYES)


@pytest.mark.parametrize("actor", [VERA, OLGA])
def test_who_does_not_edit_files_nothing(work_as: WorkAs, uid: Uid, actor: Actor) -> None:
    with work_as(actor) as work:
        for act in (filing.amend, filing.check):
            told = (
                {"review_by": date(2027, 3, 1)}
                if act is filing.check
                else {"step": BulkStep.OWNER, "wanted": OWNER}
            )
            with pytest.raises(KbError, match=r"act\.forbidden|session\.needed"):
                act(work, uid, **told)  # type: ignore[operator]


@pytest.mark.parametrize(
    ("step", "wanted", "field"),
    [
        (BulkStep.OWNER, {"owner": "  "}, "owner"),
        (BulkStep.OWNER, {"owner": "о" * 81}, "owner"),
        (BulkStep.REVIEW, {"day": "завтра"}, "day"),
        (BulkStep.TAG, {"tag": "а, б"}, "tag"),
        (BulkStep.RETAG, {"tag": "а"}, "to"),
    ],
)
def test_a_wrong_value_is_named_by_its_field(
    work_as: WorkAs, uid: Uid, step: BulkStep, wanted: dict[str, str], field: str
) -> None:
    with work_as(RITA) as work, pytest.raises(KbError, match=r"bulk\.wrong") as caught:
        filing.amend(work, uid, step, wanted)
    assert [one.field for one in caught.value.fields] == [field]


def test_the_next_check_is_never_today(work_as: WorkAs, uid: Uid) -> None:
    with work_as(RITA) as work, pytest.raises(KbError, match=r"review\.too_soon"):
        filing.check(work, uid, review_by=work.today)


def test_what_a_colleague_is_writing_is_left_alone(work_as: WorkAs, uid: Uid) -> None:
    with work_as(ELENA) as work:
        locks.take(work, uid)
    with work_as(RITA) as work, pytest.raises(KbError, match=r"item\.locked"):
        filing.amend(work, uid, BulkStep.OWNER, OWNER)


def test_who_publishes_files_a_live_text_that_stays_live(work_as: WorkAs, uid: Uid) -> None:
    with work_as(RITA) as work:
        assert filing.amend(work, uid, BulkStep.OWNER, OWNER, comment="отдел")
        item = work.session.get_one(Item, uid)
        assert (item.owner, item.state, item.draft) == ("Сбыт", "published", "")
        assert item.live_uid == item.latest_uid
        assert [one.comment for one in queries.history(work, uid)] == ["отдел", ""]
        assert not filing.amend(work, uid, BulkStep.OWNER, OWNER)
        assert len(queries.history(work, uid)) == 2


def test_of_who_does_not_publish_it_waits_for_review(work_as: WorkAs, uid: Uid) -> None:
    with work_as(ELENA) as work:
        assert filing.amend(work, uid, BulkStep.OWNER, OWNER)
        item = work.session.get_one(Item, uid)
        assert (item.owner, item.state, item.draft) == ("", "published", "pending")
        assert text_of(work, uid, live=False).owner == "Сбыт"


def test_a_private_text_stays_private(work_as: WorkAs) -> None:
    with work_as(ELENA) as work:
        uid = make.question(work, make.topic(work, live=False), live=False)
        assert filing.amend(work, uid, BulkStep.REVIEW, DAY)
        item = work.session.get_one(Item, uid)
        assert (item.state, item.live_uid) == ("private", None)
        assert item.review_by == date(2027, 3, 1)


def test_a_newer_text_is_filed_too_and_not_published(work_as: WorkAs, uid: Uid) -> None:
    newer_of(work_as, uid)
    with work_as(RITA) as work:
        assert filing.amend(work, uid, BulkStep.RETAG, {"tag": "счётчик", "to": "прибор"})
        live, newer = text_of(work, uid), text_of(work, uid, live=False)
        assert (live.title, live.tags) == ("Кто меняет счётчик?", ["прибор"])
        assert (newer.title, newer.tags) == ("Новее?", ["прибор"])
        assert work.session.get_one(Item, uid).draft == "private"
        assert queries.transitions(work, uid)[-1].action == "amend"


def test_two_tags_that_become_one_stand_once(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = make.question(work, make.topic(work), tags=["а", "б", "в"])
        filing.amend(work, uid, BulkStep.RETAG, {"tag": "в", "to": "а"})
        assert text_of(work, uid).tags == ["а", "б"]
        filing.amend(work, uid, BulkStep.UNTAG, {"tag": "а"})
        filing.amend(work, uid, BulkStep.TAG, {"tag": " новая  метка "})
        assert text_of(work, uid).tags == ["б", "новая метка"]


def test_with_four_eyes_tags_are_live_at_once_and_days_wait(work_as: WorkAs, uid: Uid) -> None:
    four_eyes(work_as)
    with work_as(RITA) as work:
        filing.amend(work, uid, BulkStep.TAG, {"tag": "новая"})
        assert text_of(work, uid).tags == ["счётчик", "новая"]
        filing.check(work, uid, review_by=date(2027, 3, 1))
        assert text_of(work, uid).review_by is None
        assert text_of(work, uid, live=False).checked == work.today
        assert work.session.get_one(Item, uid).draft == "pending"


def test_who_filed_a_text_may_publish_what_a_colleague_wrote(work_as: WorkAs, uid: Uid) -> None:
    four_eyes(work_as)
    with work_as(RITA) as work:
        filing.amend(work, uid, BulkStep.TAG, {"tag": "до"})
    newer_of(work_as, uid)
    with work_as(RITA) as work:
        filing.amend(work, uid, BulkStep.TAG, {"tag": "после"})
        assert not queries.is_for_another(work, uid)
        assert workflow.publish(work, uid) == "published"
        assert text_of(work, uid).title == "Новее?"


def test_filing_does_not_make_an_own_text_anybodys(work_as: WorkAs, uid: Uid) -> None:
    four_eyes(work_as)
    newer_of(work_as, uid, RITA)
    with work_as(ANNA) as work:
        filing.amend(work, uid, BulkStep.TAG, {"tag": "чужая"})
    with work_as(RITA) as work:
        assert queries.is_for_another(work, uid)
        with pytest.raises(KbError, match=r"workflow\.four_eyes"):
            workflow.publish(work, uid)


def test_checked_today_says_both_days_and_is_seen_as_of_the_day(work_as: WorkAs, uid: Uid) -> None:
    newer_of(work_as, uid)
    with work_as(RITA) as work:
        assert filing.check(work, uid, review_by=date(2027, 3, 1))
        live, newer = text_of(work, uid), text_of(work, uid, live=False)
        assert (live.title, live.checked, live.review_by) == (
            "Кто меняет счётчик?", work.today, date(2027, 3, 1),
        )  # fmt: skip
        assert (newer.title, newer.checked) == ("Новее?", work.today)
        then = queries.cards_as_of(work, [uid], work.today)[uid].card
        assert then.checked == work.today


def test_what_was_published_for_later_is_not_overtaken(work_as: WorkAs, uid: Uid) -> None:
    text = make.question_text("Потом?", publish_at="2026-12-24T09:00:00+03:00")
    with work_as(RITA) as work:
        edit.save(work, uid, text)
        workflow.publish(work, uid)
        assert work.session.get_one(Item, uid).scheduled_at is not None
    with work_as(ELENA) as work, pytest.raises(KbError, match=r"item\.scheduled"):
        filing.amend(work, uid, BulkStep.OWNER, OWNER)
    with work_as(RITA) as work:
        filing.amend(work, uid, BulkStep.OWNER, OWNER)
        item = work.session.get_one(Item, uid)
        assert (item.owner, item.scheduled_at is not None) == ("Сбыт", True)
        assert text_of(work, uid, live=False).owner == "Сбыт"
