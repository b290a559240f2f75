"""Local roles: who may give them, how far they reach, and that nothing else is opened by them."""

from collections.abc import Iterable

import pytest
from msgspec import structs

from kb_service.base.errors import KbError
from kb_service.base.ids import Uid
from kb_service.base.permissions import SYSTEM, Actor, LocalGrant, Role
from kb_service.base.work import Work
from kb_service.handbook import queries
from kb_service.handbook.acts import edit, sharing, workflow
from kb_service.handbook.queries.sharing import Entry
from kb_service.handbook.rules.sharing import grants, inherited
from kb_service.people import queries as people
from kb_service.people.acts import accounts
from tests.conftest import WorkAs
from tests.handbook import make
from tests.people import make as account
from tests.persons import ANNA, ELENA, OLGA, RITA, VERA

USER, GROUP, OPERATOR = "user", "group", Role.OPERATOR


def is_here(work: Work, name: str, kind: str) -> None:
    """Let there be an account or a department of this name."""
    sharer = work.actor
    work.as_actor(SYSTEM)
    login, department = (name, "") if kind == USER else ("somebody", name)
    if not people.directory(work, q=name).total:
        account.invite(work, login, name=login.title(), roles=[OPERATOR], department=department)
    work.as_actor(sharer)


def give(work: Work, uid: Uid, *roles: str, to: str = "olga", kind: str = USER) -> None:
    if to.strip() and kind in (USER, GROUP):
        is_here(work, to, kind)
    sharing.share(work, uid, roles={(kind, to): roles})


def with_local(work: Work, actor: Actor) -> Actor:
    """Let the actor of a unit act with what was shared with it, as the gate does."""
    found = queries.with_local_roles(work, actor)
    work.as_actor(found)
    return found


def paths(work: Work, uids: Iterable[str]) -> list[str]:
    return [card.path for card in queries.cards(work, uids).values()]


@pytest.mark.parametrize("actor", [VERA, OLGA, ELENA])
def test_who_does_not_publish_shares_nothing(work_as: WorkAs, actor: Actor) -> None:
    with work_as(RITA) as work:
        topic = make.topic(work)
    with work_as(actor) as work, pytest.raises(KbError, match=r"act\.forbidden|session\.needed"):
        give(work, topic, "reader")


@pytest.mark.parametrize("role", ["administrator", "operator", "visitor", "Manager", ""])
def test_only_roles_of_content_are_shared(work_as: WorkAs, role: str) -> None:
    with work_as(ANNA) as work:
        topic = make.topic(work)
        with pytest.raises(KbError, match=r"share\.role_wrong"):
            give(work, topic, role)


@pytest.mark.parametrize(
    ("kind", "name", "code"),
    [("robot", "olga", "share.kind_wrong"), (USER, " ", "share.name_wrong")],
)
def test_nobody_in_particular_gets_nothing(
    work_as: WorkAs, kind: str, name: str, code: str
) -> None:
    with work_as(ANNA) as work:
        topic = make.topic(work)
        with pytest.raises(KbError, match=code.replace(".", r"\.")):
            give(work, topic, "reader", to=name, kind=kind)


@pytest.mark.parametrize("kind", [USER, GROUP])
def test_who_is_not_there_gets_nothing(work_as: WorkAs, kind: str) -> None:
    with work_as(RITA) as work:
        topic = make.topic(work)
        is_here(work, "olga", USER)
        with pytest.raises(KbError, match=r"share\.nobody"):
            sharing.share(work, topic, roles={(kind, "olgaa"): ["reader"]})


def test_what_somebody_had_is_taken_away_also_after_they_left(work_as: WorkAs) -> None:
    with work_as(ANNA) as work:
        topic = make.topic(work)
        give(work, topic, "reader", "editor")
        accounts.block(work, people.user_by_login(work, "olga").uid)
        sharing.share(work, topic, roles={(USER, "olga"): ["reader"]})
        with pytest.raises(KbError, match=r"share\.nobody"):
            sharing.share(work, topic, roles={(USER, "olga"): ["reader", "reviewer"]})
    with work_as(ANNA) as work:
        assert [one.own for one in queries.shares(work, topic).entries] == [{Role.READER}]


def test_a_local_editor_writes_below_the_topic_and_nowhere_else(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        meters, other = make.topic(work), make.topic(work, "Оплата", "payments")
        give(work, meters, "editor")
    with work_as(OLGA) as work:
        olga = with_local(work, OLGA)
        uid = edit.create(work, meters, make.question_text("Вопрос?"))
        workflow.submit(work, uid)
        for refused in (
            lambda: workflow.publish(work, uid),
            lambda: sharing.share(work, meters, roles={(USER, "vera"): ["editor"]}),
        ):
            with pytest.raises(KbError, match=r"act\.forbidden"):
                refused()
        with pytest.raises(KbError, match=r"act\.forbidden"):
            edit.create(work, other, make.question_text("Вопрос?"))
        assert olga.local == (LocalGrant("/meters", frozenset({Role.EDITOR})),)


def test_a_local_editor_sees_the_drafts_of_the_topic_alone(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        meters, other = make.topic(work), make.topic(work, "Оплата", "payments")
        own = make.question(work, meters, live=False, name="own")
        foreign = make.question(work, other, "Как платить?", live=False, name="foreign")
        give(work, meters, "editor")
    with work_as(OLGA) as work:
        assert paths(work, [own, foreign]) == []
        with_local(work, OLGA)
        assert paths(work, [own, foreign]) == ["/meters/own"]


def test_a_topic_that_inherits_nothing_stays_closed(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        root = make.root(work)
        meters = make.topic(work)
        draft = make.question(work, meters, live=False, name="own")
        give(work, root, "editor")
        sharing.share(work, meters, roles={}, is_inheriting=False)
    with work_as(OLGA) as work:
        with_local(work, OLGA)
        assert paths(work, [meters, draft]) == ["/meters"]  # published: everybody sees it
        with pytest.raises(KbError, match=r"item\.missing"):
            workflow.submit(work, draft)


def test_a_department_shares_as_one(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        meters = make.topic(work)
        give(work, meters, "reviewer", to="Учёт", kind=GROUP)
    with work_as(OLGA) as work:
        assert with_local(work, OLGA).local == ()
        inside = structs.replace(OLGA, department="Учёт")
        assert with_local(work, inside).local[0].roles == {Role.REVIEWER}
        workflow.publish(work, make.question(work, meters, live=False))


def test_a_token_that_only_reads_stays_a_reader(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        meters = make.topic(work)
        give(work, meters, "reviewer")
    with work_as(OLGA) as work:
        with_local(work, structs.replace(OLGA, only_reads=True))
        with pytest.raises(KbError, match=r"act\.forbidden"):
            edit.create(work, meters, make.question_text("Вопрос?"))


def test_what_is_shared_is_listed_with_where_it_comes_from(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        root = make.root(work)
        meters = make.topic(work)
        give(work, root, "reader", "editor")
        give(work, meters, "editor")
        give(work, meters, "reader", to="Учёт", kind=GROUP)
        found = queries.shares(work, meters)
        reader, editor = Role.READER, Role.EDITOR
        assert found.is_inheriting
        assert found.entries == [
            Entry(GROUP, "Учёт", frozenset({reader}), frozenset()),
            Entry(USER, "olga", frozenset({editor}), frozenset({reader, editor})),
        ]
        give(work, meters)
        sharing.share(work, meters, roles={}, is_inheriting=False)
        assert [one.kind for one in queries.shares(work, meters).entries] == [GROUP]


def test_who_may_not_share_is_not_told_who_may(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        meters = make.topic(work)
    with work_as(ELENA) as work, pytest.raises(KbError, match=r"act\.forbidden"):
        queries.shares(work, meters)


@pytest.mark.parametrize(
    ("shared", "stops", "expected"),
    [
        ([], [], ()),
        ([("/a", "reader")], [], (("/a", ()),)),
        ([("/a", "reader")], ["/a"], (("/a", ()),)),
        ([("/a", "reader")], ["/a/b", "/ab"], (("/a", ("/a/b",)),)),
        ([("/", "reader")], ["/a"], (("/", ("/a",)),)),
    ],
)
def test_a_grant_ends_where_nothing_is_inherited(
    shared: list[tuple[str, str]], stops: list[str], expected: tuple[object, ...]
) -> None:
    assert tuple((one.path, one.stops) for one in grants(shared, stops)) == expected


def test_what_comes_down_stops_where_nothing_is_inherited() -> None:
    held = {"/": {(USER, "a"): {Role.READER}}, "/m": {(USER, "b"): {Role.EDITOR}}}
    assert set(inherited("/m/x", held, [])) == {(USER, "a"), (USER, "b")}
    assert set(inherited("/m/x", held, ["/m"])) == {(USER, "b")}
    assert set(inherited("/m/x", held, ["/m/x"])) == set()
