"""Topics as a whole: refused first, then nothing loses its history, its address or its roles."""

import pytest
from sqlalchemy import select

from kb_service.base.audit import AuditRow
from kb_service.base.errors import KbError
from kb_service.base.ids import Uid
from kb_service.base.permissions import Actor
from kb_service.base.work import Work
from kb_service.handbook import queries
from kb_service.handbook.acts import aliases, edit, locks, sharing, sheets, topics, workflow
from kb_service.handbook.tables import Item, Share
from tests.conftest import WorkAs
from tests.handbook import make
from tests.people import make as account
from tests.persons import ANNA, ELENA, OLGA, RITA, VERA

Tree = dict[str, Uid]


@pytest.fixture
def tree(work_as: WorkAs) -> Tree:
    """Two live topics with a question of the same name in each; one more inside a subtopic."""
    with work_as(RITA) as work:
        a = make.topic(work, "Счётчики", "a")
        b = make.topic(work, "Приборы", "b")
        text = make.question_text("Внутри?").replace("StandardQuestion", "Topic")
        inner = edit.create(work, a, text, name="inner")
        workflow.publish(work, inner)
        return {
            "a": a, "b": b, "inner": inner, "root": make.root(work),
            "one": make.question(work, a, "Один?", name="kto", code="M01"),
            "two": make.question(work, a, "Два?", name="dva"),
            "deep": make.question(work, inner, "Глубже?", name="deep"),
            "other": make.question(work, b, "Другой?", name="kto"),
        }  # fmt: skip


def path(work: Work, uid: str) -> str:
    return work.session.get_one(Item, uid).path


def role(work_as: WorkAs, topic: Uid, login: str = "olga") -> None:
    account.account(work_as, login, password=None)
    with work_as(ANNA) as work:
        sharing.share(work, topic, roles={("user", login): ["editor"]})


def roles(work: Work, topic: str) -> list[tuple[str, str]]:
    rows = work.session.scalars(select(Share).where(Share.item_uid == topic))
    return [(row.principal, row.role) for row in rows]


@pytest.mark.parametrize("actor", [VERA, OLGA])
def test_who_edits_nothing_changes_no_topic(work_as: WorkAs, tree: Tree, actor: Actor) -> None:
    with work_as(actor) as work:
        for change in (
            lambda: topics.merge(work, tree["a"], tree["b"]),
            lambda: topics.split(work, tree["a"], "Новая", [tree["one"]]),
            lambda: queries.topic_view(work, tree["a"]),
            lambda: queries.merge_plan(work, tree["a"], tree["b"]),
        ):
            with pytest.raises(KbError, match=r"act\.forbidden|session\.needed"):
                change()  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(
    ("item", "into", "code"),
    [
        ("root", "b", "item.root_stays"),
        ("a", "a", "topic.same"),
        ("a", "one", "topic.not_topic"),
        ("one", "b", "topic.not_topic"),
        ("a", "inner", "item.into_itself"),
    ],
)
def test_what_cannot_be_put_together_is_refused(
    work_as: WorkAs, tree: Tree, item: str, into: str, code: str
) -> None:
    with work_as(RITA) as work:
        for change in (queries.merge_plan, topics.merge):
            with pytest.raises(KbError, match=code.replace(".", r"\.")):
                change(work, tree[item], tree[into])


def test_a_colleagues_lock_keeps_all_where_it_is(work_as: WorkAs, tree: Tree) -> None:
    with work_as(ELENA) as work:
        locks.take(work, tree["two"])
    with pytest.raises(KbError, match=r"item\.locked"), work_as(RITA) as work:
        topics.merge(work, tree["a"], tree["b"])
    with work_as(RITA) as work:
        assert [path(work, tree[one]) for one in ("a", "one", "two")] == ["/a", "/a/kto", "/a/dva"]


def test_what_is_told_of_a_merge_is_what_happens(work_as: WorkAs, tree: Tree) -> None:
    with work_as(RITA) as work:
        plan = queries.merge_plan(work, tree["a"], tree["b"])
        told = {one.before: one.after for one in plan.moved}
        assert told == {"/a/kto": "/b/kto-1", "/a/dva": "/b/dva", "/a/inner": "/b/inner"}
        assert [one.before for one in plan.moved if one.is_renamed] == ["/a/kto"]
        assert plan.count == 4
        assert topics.merge(work, tree["a"], tree["b"], comment="одно и то же") == "/b"
        assert {before: queries.moved_to(work, before) for before in told} == told
        assert queries.moved_to(work, "/a/inner/deep") == "/b/inner/deep"
        assert queries.moved_to(work, "/a") == "/b"
        assert path(work, tree["other"]) == "/b/kto"


def test_a_topics_text_stays_in_the_trash_with_its_history(work_as: WorkAs, tree: Tree) -> None:
    with work_as(RITA) as work:
        edit.save(work, tree["a"], make.question_text("Ещё?").replace("StandardQuestion", "Topic"))
        topics.merge(work, tree["a"], tree["b"])
        row = work.session.get_one(Item, tree["a"])
        assert row.trashed_path == "/a"
        assert [one.number for one in queries.history(work, tree["one"])] == [1]
        assert work.session.get_one(Item, tree["one"]).state == "published"
        assert work.session.get_one(Item, tree["one"]).code == "M01"
        edit.untrash(work, tree["a"])
        # What is there goes before what once was.
        assert queries.card_at(work, "/a").uid == tree["a"]
        assert len(queries.history(work, tree["a"])) == 2


def test_addresses_that_led_to_a_topic_lead_to_the_other(work_as: WorkAs, tree: Tree) -> None:
    with work_as(RITA) as work:
        aliases.add(work, tree["a"], ["/short"])
        edit.move(work, tree["a"], tree["root"], name="a2")
        topics.merge(work, tree["a"], tree["b"])
        found = [queries.moved_to(work, old) for old in ("/short", "/a", "/a2", "/a/dva")]
        assert found == ["/b", "/b", "/b", "/b/dva"]


def test_local_roles_are_told_and_can_be_kept(work_as: WorkAs, tree: Tree) -> None:
    role(work_as, tree["a"])
    with work_as(RITA) as work:
        plan = queries.merge_plan(work, tree["a"], tree["b"])
        assert [(one.principal, sorted(one.own)) for one in plan.roles] == [("olga", ["editor"])]
        assert (plan.role_count, plan.may_share) == (1, True)
    with work_as(ELENA) as work:
        plan = queries.merge_plan(work, tree["a"], tree["b"])
        assert (plan.roles, plan.role_count, plan.may_share) == ([], 1, False)
        with pytest.raises(KbError, match=r"act\.forbidden"):
            topics.merge(work, tree["a"], tree["b"], keeps_roles=True)
    with work_as(RITA) as work:
        topics.merge(work, tree["a"], tree["b"], keeps_roles=True)
        assert roles(work, tree["b"]) == [("olga", "editor")]


def test_roles_that_nobody_asked_for_are_not_given(work_as: WorkAs, tree: Tree) -> None:
    role(work_as, tree["a"])
    with work_as(RITA) as work:
        topics.merge(work, tree["a"], tree["b"])
        assert roles(work, tree["b"]) == []
        row = work.session.scalars(select(AuditRow).where(AuditRow.act == "topic.merge")).one()
        assert (row.object_uid, row.actor) == (tree["a"], "rita")
        assert {"merged_into": [None, tree["b"]]} in [one["fields"] for one in row.changes]


@pytest.mark.parametrize(
    ("title", "children", "code"),
    [
        ("Новая", [], "topic.nothing_chosen"),
        ("Новая", ["deep"], "topic.not_inside"),
        ("Новая", ["one", "other"], "topic.not_inside"),
        ("  ", ["one"], "document.title_missing"),
    ],
)
def test_a_new_topic_needs_a_title_and_what_lies_there(
    work_as: WorkAs, tree: Tree, title: str, children: list[str], code: str
) -> None:
    with pytest.raises(KbError, match=code.replace(".", r"\.")), work_as(RITA) as work:
        topics.split(work, tree["a"], title, [tree[one] for one in children])
    with work_as(RITA) as work:
        assert len(queries.topics(work)) == 3


def test_a_question_is_not_split(work_as: WorkAs, tree: Tree) -> None:
    with work_as(RITA) as work, pytest.raises(KbError, match=r"topic\.not_topic"):
        topics.split(work, tree["one"], "Новая", [tree["deep"]])


def test_a_new_topic_stands_beside_with_the_same_roles(work_as: WorkAs, tree: Tree) -> None:
    role(work_as, tree["a"])
    with work_as(RITA) as work:
        made = topics.split(work, tree["a"], "Новая тема", [tree["one"], tree["inner"]])
        assert path(work, made) == "/novaia-tema"
        assert work.session.get_one(Item, made).state == "published"
        assert queries.moved_to(work, "/a/kto") == "/novaia-tema/kto"
        assert queries.moved_to(work, "/a/inner/deep") == "/novaia-tema/inner/deep"
        assert path(work, tree["two"]) == "/a/dva"
        assert roles(work, made) == roles(work, tree["a"]) == [("olga", "editor")]


def test_a_new_topic_may_stand_inside(work_as: WorkAs, tree: Tree) -> None:
    role(work_as, tree["a"])
    with work_as(RITA) as work:
        made = topics.split(work, tree["a"], "Новая", [tree["one"]], is_inside=True)
        assert path(work, tree["one"]) == "/a/novaia/kto"
        # They come down to it anyway.
        assert roles(work, made) == []
        top = topics.split(work, tree["root"], "Верх", [tree["b"]])
        assert path(work, tree["other"]) == "/verkh/b/kto"
        assert path(work, top) == "/verkh"


@pytest.mark.parametrize(("actor", "four_eyes"), [(ELENA, False), (RITA, True)])
def test_who_may_not_publish_leaves_the_new_topic_for_review(
    work_as: WorkAs, tree: Tree, actor: Actor, *, four_eyes: bool
) -> None:
    with work_as(ANNA) as work:
        if four_eyes:
            sheets.save(work, "company", "short_name: Т\nrules: {four_eyes: true}\n")
    with work_as(actor) as work:
        made = topics.split(work, tree["a"], "Новая", [tree["one"]])
        assert work.session.get_one(Item, made).state == "pending"
        assert work.session.get_one(Item, tree["one"]).state == "published"
