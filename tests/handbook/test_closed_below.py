"""What is closed stays closed: acts on a topic ask for each item below, also in the trash."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from kb_service.base.errors import KbError
from kb_service.base.ids import Uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook import codec
from kb_service.handbook.acts import _tree, aliases, copying, edit, several, sharing
from kb_service.handbook.schemas import Topic
from kb_service.handbook.tables import Item
from tests.conftest import WorkAs
from tests.handbook import make
from tests.handbook.test_sharing import give, with_local
from tests.persons import ANNA, ELENA, OLGA, RITA

TEXT = codec.encode(codec.new("Topic", Topic(title="Закрытое"), ""))


def closed(work: Work) -> tuple[Uid, Uid, Uid]:
    """A topic that Olga edits, in it a topic that inherits nothing, in that a question."""
    topic = make.topic(work)
    inner = edit.create(work, topic, TEXT, name="closed")
    question = make.question(work, inner, name="secret", live=False)
    sharing.share(work, inner, roles={}, is_inheriting=False)
    give(work, topic, "editor")
    return topic, inner, question


def refusal(work: Work, act: Callable[[Work], object]) -> str:
    with pytest.raises(KbError) as refused:
        act(work)
    return refused.value.code


def test_a_topic_with_something_closed_is_not_thrown_away_moved_or_copied(
    work_as: WorkAs,
) -> None:
    with work_as(ANNA) as work:
        topic, _, _ = closed(work)
        other = make.topic(work, "Другое", "other")
        give(work, other, "editor")
        before = set(work.session.scalars(select(Item.path)))
    acts: list[Callable[[Work], object]] = [
        lambda work: edit.trash(work, topic),
        lambda work: edit.move(work, topic, other),
        lambda work: copying.copy(work, topic, other),
        lambda work: several.move_several(work, [topic], other),
        lambda work: several.copy_several(work, [topic], other),
    ]
    for act in acts:
        with work_as(OLGA) as work:
            with_local(work, OLGA)
            assert refusal(work, act) == "tree.closed_below"
    with work_as(ANNA, write=False) as work:
        assert set(work.session.scalars(select(Item.path))) == before


def test_what_was_closed_stays_closed_in_the_trash(work_as: WorkAs) -> None:
    with work_as(ANNA) as work:
        topic, inner, question = closed(work)
        edit.trash(work, inner)
    with work_as(OLGA) as work:
        with_local(work, OLGA)
        assert not work.may(Permission.EDIT, work.session.get_one(Item, question))
        assert refusal(work, lambda work: copying.copy(work, question, topic)) != ""
        assert refusal(work, lambda work: edit.untrash(work, inner)) == "item.missing"


def test_a_stop_in_the_trash_closes_nothing_that_came_to_its_place(work_as: WorkAs) -> None:
    with work_as(ANNA) as work:
        topic, inner, _ = closed(work)
        edit.trash(work, inner)
        anew = edit.create(work, topic, TEXT, name="closed")
    with work_as(OLGA) as work:
        with_local(work, OLGA)
        assert work.may(Permission.EDIT, work.session.get_one(Item, anew))


def test_a_topic_is_not_brought_back_with_what_is_closed(work_as: WorkAs) -> None:
    with work_as(ANNA) as work:
        topic, _, _ = closed(work)
        give(work, make.root(work), "editor")
        edit.trash(work, topic)
    with work_as(OLGA) as work:
        with_local(work, OLGA)
        assert refusal(work, lambda work: edit.untrash(work, topic)) == "tree.closed_below"


def test_nothing_is_copied_shared_or_addressed_in_the_trash(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        topic = make.topic(work)
        question = make.question(work, topic)
        edit.trash(work, question)
    acts: list[Callable[[Work], object]] = [
        lambda work: copying.copy(work, question, topic),
        lambda work: several.copy_several(work, [question], topic),
        lambda work: aliases.add(work, question, ["/m1"]),
        lambda work: aliases.add_several(work, [(question, "/m1", None)]),
        lambda work: sharing.share(work, question, roles={}),
    ]
    for act in acts:
        with work_as(RITA) as work:
            assert refusal(work, act) == "item.in_trash"


def test_too_much_at_once_is_refused_whatever_is_done_with_it(
    work_as: WorkAs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_tree, "MAX_ITEMS", 3)
    with work_as(RITA) as work:
        one, other = make.topic(work), make.topic(work, "Другое", "other")
        for topic in (one, other):
            make.question(work, topic, name="a")
        target = make.topic(work, "Третье", "third")
        acts: list[Callable[[Work], object]] = [
            lambda work: several.copy_several(work, [one, other], target),
            lambda work: several.move_several(work, [one, other], target),
        ]
        for act in acts:
            assert refusal(work, act) == "tree.too_many"
        for name in ("b", "c"):
            make.question(work, one, name=name)
        acts = [
            lambda work: edit.trash(work, one),
            lambda work: edit.move(work, one, target),
            lambda work: copying.copy(work, one, target),
        ]
        for act in acts:
            assert refusal(work, act) == "tree.too_many"
        edit.trash(work, other)


def test_several_are_copied_and_moved_with_names_that_are_free(work_as: WorkAs) -> None:
    with work_as(ELENA) as work:
        one, other = make.topic(work, live=False), make.topic(work, "Д", "other", live=False)
        target = make.topic(work, "Третье", "third", live=False)
        uids = [make.question(work, topic, name="a", live=False) for topic in (one, other)]
        copies = several.copy_several(work, uids, target)
        paths = [work.session.get_one(Item, uid).path for uid in copies]
        assert paths == ["/third/a", "/third/a-1"]
        assert several.move_several(work, uids, target) == ["/third/a-2", "/third/a-3"]
        # Where it lies already it stays.
        assert several.move_several(work, uids, target) == ["/third/a-2", "/third/a-3"]
