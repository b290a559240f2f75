"""Announcements: they stand above the pages from beginning to end, and no draft does."""

from datetime import UTC, datetime, timedelta

import pytest

from kb_service.base.clock import SetClock
from kb_service.base.errors import KbError
from kb_service.base.ids import Uid
from kb_service.base.work import Work
from kb_service.handbook import codec, queries
from kb_service.handbook.acts import edit, workflow
from kb_service.handbook.rules import announcements
from kb_service.handbook.schemas import Announcement, Audience, Page
from tests.conftest import WorkAs
from tests.handbook import make
from tests.persons import ELENA, OLGA, RITA, VERA

NOON = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def announce(work: Work, title: str = "Работы", *, live: bool = True, **front: object) -> Uid:
    """Make an announcement below the root, live by default."""
    content = Announcement(title=title, **front)  # type: ignore[arg-type]
    text = codec.encode(codec.new("Announcement", content, "Подробности.\n"))
    uid = edit.create(work, make.root(work), text)
    if live:
        workflow.publish(work, uid)
    return uid


def titles(work: Work) -> list[str]:
    return [one.title for one in queries.banners(work)]


@pytest.mark.parametrize("ends", [NOON, NOON - HOUR])
def test_what_ends_before_it_begins_is_refused(work_as: WorkAs, ends: datetime) -> None:
    with work_as(RITA) as work, pytest.raises(KbError, match=r"announcement\.ends_first") as found:
        announce(work, starts=NOON, ends=ends)
    assert [one.field for one in found.value.fields] == ["ends"]


@pytest.mark.parametrize(
    ("ends", "expires", "gone"),
    [(None, None, None), (NOON, None, NOON), (None, NOON, NOON),
     (NOON, NOON + HOUR, NOON), (NOON + HOUR, NOON, NOON)],
)  # fmt: skip
def test_an_announcement_goes_with_what_comes_first(
    ends: datetime | None, expires: datetime | None, gone: datetime | None
) -> None:
    content = Announcement(title="Работы", ends=ends, expires_at=expires)
    assert announcements.gone_at(content) == gone


def test_a_page_goes_when_it_says_and_has_no_beginning_of_its_own() -> None:
    content = Page(title="О нас", expires_at=NOON)
    assert announcements.gone_at(content) == NOON
    assert announcements.has_begun(content, NOON)


def test_a_draft_and_what_was_taken_back_stand_above_no_page(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        announce(work, live=False)
        workflow.retract(work, announce(work, "Отменили"))
        edit.trash(work, announce(work, "Выбросили"))
    for actor in (VERA, OLGA, ELENA):
        with work_as(actor) as work:
            assert titles(work) == []


def test_it_stands_from_its_beginning_until_its_end(work_as: WorkAs, clock: SetClock) -> None:
    with work_as(RITA) as work:
        announce(work, area="ул. Мира", description="Звоните.", starts=NOON + HOUR,
                 ends=NOON + 3 * HOUR)  # fmt: skip
    for step, shown in ((0, False), (1, True), (2, True), (3, False), (4, False)):
        clock.moment = NOON + step * HOUR
        for actor in (VERA, ELENA):
            with work_as(actor) as work:
                assert bool(titles(work)) is shown, step
    clock.moment = NOON + HOUR
    with work_as(VERA) as work:
        banner = queries.banners(work)[0]
    assert (banner.area, banner.text, banner.ends) == ("ул. Мира", "Звоните.", NOON + 3 * HOUR)
    assert banner.path == "/raboty"


def test_after_its_end_visitors_find_its_page_no_more(work_as: WorkAs, clock: SetClock) -> None:
    with work_as(RITA) as work:
        uid = announce(work, starts=NOON + HOUR, ends=NOON + 3 * HOUR)
    with work_as(VERA) as work:
        # It can be read beforehand: who plans wants to know.
        assert queries.cards(work, [uid]).keys() == {uid}
    clock.moment = NOON + 3 * HOUR
    with work_as(VERA) as work:
        assert queries.cards(work, [uid]) == {}
    with work_as(ELENA) as work:
        assert queries.cards(work, [uid]).keys() == {uid}


def test_one_for_staff_is_seen_by_staff(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        announce(work, audience=Audience.STAFF)
    for actor, shown in ((VERA, []), (OLGA, ["Работы"])):
        with work_as(actor) as work:
            assert titles(work) == shown


def test_the_newest_stands_first_and_a_broken_one_takes_nothing_away(
    work_as: WorkAs, clock: SetClock
) -> None:
    with work_as(RITA) as work:
        announce(work, "Первое")
    clock.moment += HOUR
    with work_as(RITA) as work:
        announce(work, "Второе")
        assert titles(work) == ["Второе", "Первое"]


def test_it_is_searched_for_like_an_answer(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        uid = announce(work, area="ул. Мира", ends=NOON + HOUR)
        entry = next(queries.index_entries(work, [uid]))
    assert (entry.type, entry.public, entry.answer) == ("Announcement", True, "Подробности.")
    assert entry.expires == NOON + HOUR
