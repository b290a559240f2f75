"""The trash as editors see it: what can be brought back, by whom it was thrown away, with what."""

import msgspec
import pytest

from kb_service.base.permissions import LocalGrant, Role
from kb_service.handbook import queries
from kb_service.handbook.acts import edit
from tests.conftest import WorkAs
from tests.handbook import make
from tests.persons import ELENA, OLGA, RITA, VERA


@pytest.fixture
def thrown(work_as: WorkAs) -> dict[str, str]:
    """A topic thrown away with its questions, but one that went before, and a page."""
    with work_as(RITA) as work:
        topic = make.topic(work)
        early = make.question(work, topic, "Раньше?", name="early")
        make.question(work, topic, "Вместе?", name="with")
        page = make.page(work, "Страница", "page")
        edit.trash(work, early, comment="повтор")
    with work_as(ELENA) as work:
        edit.trash(work, topic)
        edit.trash(work, page)
    return {"topic": topic, "early": early, "page": page}


@pytest.mark.parametrize("actor", [VERA, OLGA])
@pytest.mark.usefixtures("thrown")
def test_who_brings_nothing_back_sees_nothing(work_as: WorkAs, actor: object) -> None:
    with work_as(actor) as work:
        assert queries.trash(work).total == 0
        assert queries.trash_count(work) == 0


def test_the_trash_says_what_when_by_whom_and_with_what(
    work_as: WorkAs, thrown: dict[str, str]
) -> None:
    with work_as(ELENA) as work:
        found = {one.uid: one for one in queries.trash(work).items}
        assert set(found) == set(thrown.values())
        assert queries.trash_count(work) == 3
        topic, early = found[thrown["topic"]], found[thrown["early"]]
        assert (topic.title, topic.path, topic.login) == ("Счётчики", "/meters", "elena")
        assert topic.moment == work.now
        assert topic.below == ["Вместе?"]
        assert (early.login, early.comment, early.below) == ("rita", "повтор", [])
        # What it lay in is gone too: it can come back to another place alone.
        assert (topic.has_place, early.has_place) == (True, False)


def test_what_came_back_is_in_the_trash_no_more(work_as: WorkAs, thrown: dict[str, str]) -> None:
    with work_as(ELENA) as work:
        edit.untrash(work, thrown["topic"])
        assert {one.uid for one in queries.trash(work).items} == {thrown["early"], thrown["page"]}
        assert queries.trash(work, start=1, size=1).total == 2
        assert [one.path for one in queries.children(work, "/meters")] == ["/meters/with"]


def test_an_editor_of_one_topic_sees_what_lay_there(
    work_as: WorkAs, thrown: dict[str, str]
) -> None:
    grants = (LocalGrant("/meters", frozenset({Role.EDITOR})),)
    with work_as(msgspec.structs.replace(OLGA, local=grants)) as work:
        assert {one.uid for one in queries.trash(work).items} == {
            thrown["topic"],
            thrown["early"],
        }
