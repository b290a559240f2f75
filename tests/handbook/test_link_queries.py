"""Who links here, what leads nowhere: as each reader may see it, whatever has moved meanwhile."""

import pytest
from sqlalchemy import select

from kb_service.base.errors import KbError
from kb_service.base.ids import Uid
from kb_service.base.work import Work
from kb_service.handbook import codec, jobs, queries
from kb_service.handbook.acts import edit, workflow
from kb_service.handbook.rules.links import LinkKind
from kb_service.handbook.schemas import Card, Content, StandardQuestion
from kb_service.handbook.tables import ItemLink
from tests.conftest import WorkAs
from tests.handbook import make
from tests.persons import ELENA, OLGA, RITA, VERA


def text_of(title: str, body: str, **front: object) -> str:
    content: Content = StandardQuestion(title=title, **front)  # type: ignore[arg-type]
    return codec.revision_text(codec.new("StandardQuestion", content, body + "\n"))


def linking(
    work: Work, parent: Uid, name: str, body: str, *, live: bool = True, **front: object
) -> Uid:
    uid = edit.create(work, parent, text_of(f"Вопрос {name}?", body, **front), name=name)
    if live:
        workflow.publish(work, uid)
    return uid


def paths(found: list[Card]) -> list[str]:
    return sorted(card.path for card in found)


def test_who_links_here_is_found_by_path_uid_and_relation(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        topic = make.topic(work)
        target = make.question(work, topic, name="target")
        linking(work, topic, "a", "[так](/meters/target#x)")
        linking(work, topic, "b", f"[так](/resolveuid/{target})")
        linking(work, topic, "c", "Нет.", related=["/meters/target"])
        linking(work, topic, "d", "[мимо](/meters/targets)")
        assert paths(queries.linked_from(work, target)) == ["/meters/a", "/meters/b", "/meters/c"]


def test_a_move_changes_no_link(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        topic, other = make.topic(work), make.topic(work, "Оплата", "payment")
        target = make.question(work, topic, name="target")
        source = linking(work, topic, "a", "[так](/meters/target)", related=["/meters/target"])
        edit.move(work, target, other, name="new")
        assert paths(queries.linked_from(work, target)) == ["/meters/a"]
        assert queries.broken_links(work, source) == []
        # what lies at the old path now is what is meant from now on
        newcomer = make.question(work, topic, name="target")
        assert queries.linked_from(work, target) == []
        assert paths(queries.linked_from(work, newcomer)) == ["/meters/a"]


def test_related_items_are_found_where_they_moved(work_as: WorkAs, renderer: object) -> None:
    with work_as(RITA) as work:
        topic, other = make.topic(work), make.topic(work, "Оплата", "payment")
        target = make.question(work, topic, name="target")
        source = linking(work, topic, "a", "Нет.", related=["/meters/target", "/meters/none"])
        edit.move(work, target, other)
        view = queries.by_uid(work, renderer, source)  # type: ignore[arg-type]  # the fixture
        assert paths(view.related) == ["/payment/target"]


def test_what_leads_nowhere_or_into_the_trash_is_broken(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        topic = make.topic(work)
        gone, moved = (
            make.question(work, topic, name="gone"),
            make.question(work, topic, name="old"),
        )
        body = (
            "[раз](/nowhere) [два](/meters/gone) [три](/meters/old) [четыре](/ask) [пять](/meters)"
        )
        source = linking(work, topic, "a", body, related=[str(gone)])
        edit.move(work, moved, topic, name="new")
        assert [one.target for one in queries.broken_links(work, source)] == ["/nowhere"]
        edit.trash(work, gone)
        broken = [(one.kind, one.target) for one in queries.broken_links(work, source)]
        assert broken == [
            (LinkKind.RELATED, str(gone)),
            (LinkKind.TEXT, "/meters/gone"),
            (LinkKind.TEXT, "/nowhere"),
        ]
        everywhere = queries.broken_everywhere(work)
        assert {kind: paths(found) for kind, found in everywhere.items()} == {
            LinkKind.RELATED: ["/meters/a"],
            LinkKind.TEXT: ["/meters/a"],
        }


def test_hidden_items_and_hidden_links_are_not_told(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        topic = make.topic(work)
        target = make.question(work, topic, name="target")
        linking(work, topic, "private", "[так](/meters/target)", live=False)
        linking(work, topic, "staff", "[так](/meters/target)", audience="staff")
        public = linking(work, topic, "public", "Нет.")
        edit.save(work, public, text_of("Вопрос?", "[так](/meters/target)"))
    seen = {}
    for actor in (VERA, OLGA, ELENA):
        with work_as(actor, write=False) as work:
            seen[actor.login] = paths(queries.linked_from(work, target))
    assert seen == {
        "visitor": [],
        "olga": ["/meters/staff"],
        "elena": ["/meters/private", "/meters/public", "/meters/staff"],
    }


def test_links_to_what_one_may_not_see_have_no_card(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        topic = make.topic(work)
        make.question(work, topic, name="draft", live=False)
        source = linking(work, topic, "a", "[так](/meters/draft)")
    with work_as(VERA, write=False) as work:
        (link,) = queries.links_of(work, source)
        assert (link.card, link.is_broken) == (None, False)
        with pytest.raises(KbError, match=r"item\.missing"):
            queries.links_of(work, "0" * 32)


def test_a_draft_has_its_links_until_it_is_live(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        topic = make.topic(work)
        uid = linking(work, topic, "a", "[раз](/meters)")

        def rows() -> list[tuple[str, bool]]:
            found = work.session.scalars(select(ItemLink).where(ItemLink.item_uid == uid))
            return sorted((row.target, row.is_live) for row in found)

        edit.save(work, uid, text_of("Вопрос?", "[два](/payment)"))
        assert rows() == [("/meters", True), ("/payment", False)]
        workflow.publish(work, uid)
        assert rows() == [("/payment", True)]
        workflow.retract(work, uid)
        assert rows() == [("/payment", False)]


def test_who_would_be_left_alone_is_told_before_a_topic_goes(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        topic, other = make.topic(work), make.topic(work, "Оплата", "payment")
        inner = make.question(work, topic, name="inner")
        linking(work, topic, "neighbour", "[так](/meters/inner)")
        outer = linking(work, other, "outer", "[так](/meters/inner)")
        (breach,) = queries.breaches(work, [topic, "0" * 32])
        assert (breach.item.path, paths(breach.sources)) == ("/meters", ["/payment/outer"])
        assert [one.item.path for one in queries.breaches(work, [inner, outer])] == [
            "/meters/inner"
        ]
        assert queries.breaches(work, [topic, other]) == []


def test_relations_are_asked_from_either_side(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        topic = make.topic(work)
        one, two = make.question(work, topic, name="one"), make.question(work, topic, name="two")
        linking(work, topic, "a", "[так](/meters/one)", related=["/meters/two"])

        def found(**asked: object) -> list[tuple[str, str]]:
            related = queries.relations(work, **asked)  # type: ignore[arg-type]
            return [(relation.kind, relation.target.path) for relation in related]

        text, related = ("text", "/meters/one"), ("related", "/meters/two")
        assert found() == [related, text]
        assert found(kind=LinkKind.TEXT) == [text]
        assert found(target=two) == [related]
        assert found(source=one) == []


def test_links_of_an_older_database_are_read_afterwards(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        topic = make.topic(work)
        uid = linking(work, topic, "a", "[так](/meters)")
        for row in work.session.scalars(select(ItemLink)).all():
            work.session.delete(row)
    with work_as(RITA) as work:
        assert queries.linked_from(work, topic) == []
        jobs.read_links(work)
        assert [card.uid for card in queries.linked_from(work, topic)] == [uid]
