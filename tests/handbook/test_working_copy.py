"""A draft beside the live text, begun on purpose: refused first, then begun, published, dropped."""

from collections.abc import Callable

import pytest

from kb_service.base.errors import KbError
from kb_service.base.permissions import Actor
from kb_service.base.work import Work
from kb_service.handbook import codec, queries
from kb_service.handbook.acts import edit, sheets, workflow, working_copy
from kb_service.handbook.schemas import State
from kb_service.handbook.tables import Item
from tests.conftest import WorkAs
from tests.handbook import make
from tests.persons import ANNA, ELENA, OLGA, RITA, VERA

NEW = make.question_text("Новый вопрос?")


@pytest.fixture
def uid(work_as: WorkAs) -> str:
    with work_as(RITA) as work:
        return make.question(work, make.topic(work), name="own")


def title(work: Work, uid: str) -> str:
    return next(iter(queries.cards(work, [uid]).values())).title


def save(work: Work, uid: str, *, keeps_draft: bool = True) -> int:
    return edit.save(work, uid, NEW, goes_live=True, keeps_draft=keeps_draft)


@pytest.mark.parametrize(
    "act", [working_copy.check_out, working_copy.check_in, working_copy.discard]
)
@pytest.mark.parametrize(("actor", "code"), [(VERA, "session.needed"), (OLGA, "act.forbidden")])
def test_who_may_not_write_has_no_drafts(
    work_as: WorkAs, uid: str, act: Callable[[Work, str], object], actor: Actor, code: str
) -> None:
    with work_as(actor) as work, pytest.raises(KbError, match=code):
        act(work, uid)


@pytest.mark.parametrize("act", [working_copy.check_in, working_copy.discard])
def test_without_a_draft_nothing_is_published_or_dropped(
    work_as: WorkAs, uid: str, act: Callable[[Work, str], object]
) -> None:
    with work_as(RITA) as work, pytest.raises(KbError, match=r"working_copy\.missing"):
        act(work, uid)


def test_a_draft_begins_once_and_only_beside_a_live_text(work_as: WorkAs, uid: str) -> None:
    with work_as(ELENA) as work:
        private = make.question(work, queries.card_at(work, "/meters").uid, live=False)
        with pytest.raises(KbError, match=r"working_copy\.needs_live"):
            working_copy.check_out(work, private)
        working_copy.check_out(work, uid)
        with pytest.raises(KbError, match=r"working_copy\.exists"):
            working_copy.check_out(work, uid)


def test_a_draft_begins_with_the_words_of_the_live_text(work_as: WorkAs, uid: str) -> None:
    with work_as(ELENA) as work:
        assert working_copy.check_out(work, uid, comment="черновик") == 2
        item = work.session.get_one(Item, uid)
        assert (item.state, item.draft) == (State.PUBLISHED, State.PRIVATE)
        assert queries.revision_text(work, uid, 1) == queries.revision_text(work, uid, 2)
        beside = queries.draft_of(work, uid)
        assert beside is not None
        assert (beside.author, beside.live_title) == ("elena", "Кто меняет счётчик?")
    with work_as(VERA, write=False) as work:
        assert title(work, uid) == "Кто меняет счётчик?"


def test_what_is_saved_stays_in_the_draft_also_of_a_publisher(work_as: WorkAs, uid: str) -> None:
    with work_as(RITA) as work:
        working_copy.check_out(work, uid)
        save(work, uid)
        assert work.session.get_one(Item, uid).draft == State.PRIVATE
    with work_as(VERA, write=False) as work:
        assert title(work, uid) == "Кто меняет счётчик?"
    with work_as(RITA) as work:
        working_copy.check_in(work, uid)
        assert queries.draft_of(work, uid) is None
    with work_as(VERA, write=False) as work:
        assert title(work, uid) == "Новый вопрос?"


def test_a_submitted_draft_stays_submitted(work_as: WorkAs, uid: str) -> None:
    with work_as(ELENA) as work:
        working_copy.check_out(work, uid)
        workflow.submit(work, uid)
        save(work, uid)
        assert work.session.get_one(Item, uid).draft == State.PENDING


def test_without_a_draft_a_publishers_change_is_live(work_as: WorkAs, uid: str) -> None:
    with work_as(RITA) as work:
        save(work, uid)
    with work_as(VERA, write=False) as work:
        assert title(work, uid) == "Новый вопрос?"


def test_who_may_not_publish_checks_nothing_in(work_as: WorkAs, uid: str) -> None:
    with work_as(ELENA) as work:
        working_copy.check_out(work, uid)
        with pytest.raises(KbError, match=r"act\.forbidden"):
            working_copy.check_in(work, uid)


def test_four_eyes_hold_for_checking_in(work_as: WorkAs, uid: str) -> None:
    with work_as(RITA) as work:
        working_copy.check_out(work, uid)
        save(work, uid)
    with work_as(ANNA) as work:
        sheets.save(work, "company", "short_name: Тест\nrules: {four_eyes: true}\n")
    with work_as(RITA) as work, pytest.raises(KbError, match=r"workflow\.four_eyes"):
        working_copy.check_in(work, uid)


def test_a_draft_thrown_away_stays_in_the_history(work_as: WorkAs, uid: str) -> None:
    with work_as(ELENA) as work:
        working_copy.check_out(work, uid)
        save(work, uid)
        working_copy.discard(work, uid)
        item = work.session.get_one(Item, uid)
        assert (item.draft, item.latest_uid) == ("", item.live_uid)
        assert [one.number for one in queries.history(work, uid)] == [3, 2, 1]
        assert title(work, uid) == "Кто меняет счётчик?"
        # the next draft goes on counting
        assert working_copy.check_out(work, uid) == 4


def test_the_root_has_drafts_too(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        root = make.root(work)
        working_copy.check_out(work, root)
        text = codec.edited(codec.decode(queries.revision_text(work, root, 2)), title="Иначе?")
        edit.save(work, root, codec.revision_text(text), goes_live=True, keeps_draft=True)
        assert title(work, root) != "Иначе?"
        working_copy.check_in(work, root)
        assert title(work, root) == "Иначе?"
