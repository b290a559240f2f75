"""Accounts: invited, changed, given roles, blocked. Refused first, then done, then the journal."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from sqlalchemy import select

from kb_service.base.audit import AuditRow
from kb_service.base.errors import KbError
from kb_service.base.ids import Uid
from kb_service.base.permissions import SYSTEM, Actor, Role
from kb_service.base.work import Work
from kb_service.people import queries
from kb_service.people.acts import accounts, passwords, setup, tokens
from kb_service.people.schemas import Profile, Scope
from tests.conftest import WorkAs
from tests.people import make
from tests.people.make import ADDRESS, KEY, PASSWORD
from tests.persons import ANNA, ELENA, OLGA, RITA, VERA

Do = Callable[[Work, Uid], object]

ACTS: dict[str, Do] = {
    "invite": lambda work, _uid: make.invite(work, "new", name="Н", roles=[Role.OPERATOR]),
    "change": lambda work, uid: accounts.change(work, uid, Profile(name="Другое")),
    "grant": lambda work, uid: accounts.grant(work, uid, [Role.ADMINISTRATOR]),
    "block": accounts.block,
    "unblock": accounts.unblock,
    "new link": accounts.make_link,
}


def code_of(work_as: WorkAs, actor: Actor, do: Callable[[Work], object]) -> str:
    with pytest.raises(KbError) as caught, work_as(actor) as work:
        do(work)
    return caught.value.code


def journal(work_as: WorkAs) -> list[AuditRow]:
    with work_as(SYSTEM) as work:
        return list(work.session.scalars(select(AuditRow).order_by(AuditRow.seq)))


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize(
    ("person", "code"),
    [(VERA, "session.needed"), (OLGA, "act.forbidden"), (ELENA, "act.forbidden"),
     (RITA, "act.forbidden")],
    ids=["visitor", "operator", "editor", "reviewer"],
)  # fmt: skip
def test_only_administrators_manage_accounts(
    work_as: WorkAs, name: str, person: Actor, code: str
) -> None:
    uid = make.account(work_as)
    assert code_of(work_as, person, lambda work: ACTS[name](work, uid)) == code


@pytest.mark.parametrize("name", [name for name in ACTS if name != "invite"])
def test_an_account_that_is_not_there_is_missing(work_as: WorkAs, name: str) -> None:
    code = code_of(work_as, ANNA, lambda work: ACTS[name](work, Uid("0" * 32)))
    assert code == "user.missing"


def test_a_login_is_given_once(work_as: WorkAs) -> None:
    make.account(work_as)
    with pytest.raises(KbError) as caught, work_as(ANNA) as work:
        make.invite(work, " OLGA", name="Другая", roles=[Role.OPERATOR])
    assert [field.code for field in caught.value.fields] == ["login.taken"]


def test_an_invitation_is_an_account_without_a_password(work_as: WorkAs) -> None:
    with work_as(ANNA) as work:
        made = make.invite(
            work, "Olga", name=" Ольга ", roles=[Role.OPERATOR, Role.EDITOR], email="o@x.ru"
        )
    with work_as(ANNA, write=False) as work:
        view = queries.user(work, made.user_uid)
    assert (view.login, view.name, view.roles) == ("olga", "Ольга", ["editor", "operator"])
    assert not view.has_password
    assert len(made.secret) == 43


def test_the_journal_hides_what_is_private(work_as: WorkAs) -> None:
    with work_as(ANNA) as work:
        made = make.invite(work, "olga", name="Ольга", roles=[Role.OPERATOR], email="o@x.ru")
    (row,) = journal(work_as)
    assert (row.act, row.actor) == ("user.invite", "anna")
    kept = str(row.changes)
    assert "o@x.ru" not in kept
    assert made.secret not in kept
    assert "'login': [None, 'olga']" in kept
    assert {change["kind"] for change in row.changes} == {"user", "grant", "link"}


def test_a_change_of_name_is_kept_with_its_reason(work_as: WorkAs) -> None:
    uid = make.account(work_as)
    with work_as(ANNA) as work:
        accounts.change(work, uid, Profile(name="Ольга Смирнова", department="Сбыт"), reason="брак")
    last = journal(work_as)[-1]
    assert (last.act, last.object_uid, last.reason) == ("user.change", uid, "брак")
    assert last.changes[0]["fields"]["name"] == ["Olga", "Ольга Смирнова"]


@pytest.mark.parametrize(
    ("before", "after", "ends"),
    [
        pytest.param({Role.EDITOR, Role.OPERATOR}, {Role.EDITOR}, True, id="one lost"),
        pytest.param({Role.EDITOR}, {Role.OPERATOR}, True, id="another instead"),
        pytest.param({Role.EDITOR}, {Role.EDITOR, Role.OPERATOR}, False, id="one more"),
        pytest.param({Role.EDITOR}, {Role.EDITOR}, False, id="the same"),
    ],
)
def test_who_loses_a_role_is_signed_out_everywhere(
    work_as: WorkAs, before: set[Role], after: set[Role], ends: bool
) -> None:
    uid = make.account(work_as, "olga", *before)
    secret = make.signed_in(work_as).secret
    with work_as(ANNA) as work:
        accounts.grant(work, uid, after)
    with work_as(VERA, write=False) as work:
        actor = queries.actor_of_session(work, secret)
    assert (actor is None) is ends
    if actor is not None:
        assert actor.roles == after


@pytest.mark.parametrize("event", ["block", "lost role", "changed password", "set password"])
def test_every_way_in_ends_at_once(work_as: WorkAs, event: str) -> None:
    uid = make.account(work_as, "olga", Role.EDITOR, Role.OPERATOR)
    with work_as(SYSTEM) as work:
        link = accounts.make_link(work, uid).secret
    signed = [make.signed_in(work_as) for _ in range(2)]
    with work_as(VERA) as work:
        api = tokens.start(work, "olga", PASSWORD, ADDRESS, key=KEY).token
    with work_as(signed[0].actor) as work:
        named = tokens.issue(work, "обмен", 30, Scope.READ, key=KEY).token
    {
        "block": lambda: done(work_as, ANNA, lambda work: accounts.block(work, uid)),
        "lost role": lambda: done(
            work_as, ANNA, lambda work: accounts.grant(work, uid, [Role.EDITOR])
        ),
        "changed password": lambda: done(
            work_as,
            signed[0].actor,
            lambda work: passwords.change_password(work, PASSWORD, "другая скоба лошади", ADDRESS),
        ),
        "set password": lambda: done(
            work_as, VERA, lambda work: passwords.set_password(work, link, "другая скоба лошади")
        ),
    }[event]()
    with work_as(VERA, write=False) as work:
        assert [queries.actor_of_session(work, one.secret) for one in signed] == [None, None]
        assert [queries.actor_of_token(work, one, KEY) for one in (api, named)] == [None, None]


def done(work_as: WorkAs, actor: Actor, do: Callable[[Work], object]) -> None:
    with work_as(actor) as work:
        do(work)


def test_a_blocked_account_has_no_link_and_cannot_sign_in(work_as: WorkAs) -> None:
    uid = make.account(work_as, password=None)
    with work_as(ANNA) as work:
        link = accounts.make_link(work, uid).secret
        accounts.block(work, uid, reason="уволена")
    assert (
        code_of(work_as, VERA, lambda w: passwords.set_password(w, link, PASSWORD)) == "link.gone"
    )
    assert code_of(work_as, ANNA, lambda work: accounts.make_link(work, uid)) == "user.blocked"
    with work_as(ANNA, write=False) as work:
        assert queries.user(work, uid).is_blocked


def test_who_is_let_in_again_signs_in_anew(work_as: WorkAs) -> None:
    uid = make.account(work_as)
    secret = make.signed_in(work_as).secret
    done(work_as, ANNA, lambda work: accounts.block(work, uid))
    done(work_as, ANNA, lambda work: accounts.unblock(work, uid))
    with work_as(VERA, write=False) as work:
        assert queries.actor_of_session(work, secret) is None
    assert make.signed_in(work_as)


def administrators(work_as: WorkAs) -> tuple[Actor, Uid, Uid]:
    first = make.account(work_as, "first", Role.ADMINISTRATOR)
    second = make.account(work_as, "second", Role.ADMINISTRATOR)
    with work_as(SYSTEM, write=False) as work:
        return make.actor(work, first), first, second


def test_nobody_blocks_the_own_account(work_as: WorkAs) -> None:
    actor, first, _second = administrators(work_as)
    assert code_of(work_as, actor, lambda work: accounts.block(work, first)) == "user.own_block"


def test_the_last_administrator_stays(work_as: WorkAs) -> None:
    _actor, first, second = administrators(work_as)
    done(work_as, ANNA, lambda work: accounts.block(work, first))
    assert code_of(work_as, ANNA, lambda w: accounts.block(w, second)) == "user.last_administrator"
    code = code_of(work_as, ANNA, lambda work: accounts.grant(work, second, [Role.EDITOR]))
    assert code == "user.last_administrator"
    done(
        work_as, ANNA, lambda work: accounts.grant(work, second, [Role.ADMINISTRATOR, Role.EDITOR])
    )


def test_an_administrator_who_never_signed_in_does_not_count(work_as: WorkAs) -> None:
    only = make.account(work_as, "only", Role.ADMINISTRATOR)
    make.account(work_as, "invited", Role.ADMINISTRATOR, password=None)
    assert (
        code_of(work_as, ANNA, lambda work: accounts.block(work, only)) == "user.last_administrator"
    )


def demo_administrator(work_as: WorkAs) -> Actor:
    with work_as(SYSTEM) as work:
        setup.make_demo(work, {Role.ADMINISTRATOR: "Демо"}, "x")
        return make.actor(work, queries.user_by_login(work, "administrator").uid)


@pytest.mark.parametrize("name", [name for name in ACTS if name != "invite"])
def test_a_demonstration_has_no_power_over_real_accounts(work_as: WorkAs, name: str) -> None:
    uid = make.account(work_as)
    demo = demo_administrator(work_as)
    assert code_of(work_as, demo, lambda work: ACTS[name](work, uid)) == "user.demo_only"


def test_what_a_demonstration_invites_goes_with_it(work_as: WorkAs) -> None:
    demo = demo_administrator(work_as)
    with work_as(demo) as work:
        made = make.invite(work, "guest", name="Гость", roles=[Role.ADMINISTRATOR])
        accounts.grant(work, made.user_uid, [Role.EDITOR])
    with work_as(SYSTEM) as work:
        assert setup.remove_demo(work) == 2
        assert queries.directory(work).total == 0


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("", ["anton", "olga", "sergey"]),
        ("ол", ["olga"]),
        ("ОЛЬГА", ["olga"]),
        ("serg", ["sergey"]),
        ("сбыт", ["anton"]),
        ("%", []),
        ("_", []),
        ("'", []),
        ("нет", []),
    ],
)
def test_people_are_found_by_a_part_of_the_name(work_as: WorkAs, q: str, found: list[str]) -> None:
    with work_as(SYSTEM) as work:
        for login, name in [("olga", "Ольга"), ("sergey", "Сергей"), ("anton", "Антон")]:
            department = "Отдел сбыта" if login == "anton" else ""
            make.invite(work, login, name=name, roles=[Role.OPERATOR], department=department)
        batch = queries.directory(work, q=q)
    assert [view.login for view in batch.items] == found
    assert batch.total == len(found)


def test_people_are_listed_in_batches(work_as: WorkAs) -> None:
    with work_as(SYSTEM) as work:
        for number in range(5):
            make.invite(work, f"user{number}", name=f"И {number}", roles=[Role.OPERATOR])
        batch = queries.directory(work, start=2, size=2)
    assert [view.login for view in batch.items] == ["user2", "user3"]
    assert (batch.total, batch.next_start) == (5, 4)


def test_the_directory_is_for_administrators(work_as: WorkAs) -> None:
    assert code_of(work_as, OLGA, queries.directory) == "act.forbidden"


def test_everybody_sees_the_own_account_and_no_other(work_as: WorkAs) -> None:
    own, other = make.account(work_as), make.account(work_as, "sergey")
    actor = make.signed_in(work_as).actor
    with work_as(actor, write=False) as work:
        assert queries.user(work, own).login == "olga"
        assert queries.user_by_login(work, "Olga").uid == own
        assert [len(queries.sessions(work, uid)) for uid in (own, other)] == [2, 0]
    for missing in (other, "0" * 32):
        assert (
            code_of(work_as, actor, lambda w, uid=missing: queries.user(w, uid)) == "user.missing"
        )
    assert code_of(work_as, VERA, lambda work: queries.user(work, own)) == "user.missing"


def test_sessions_tell_which_is_this_one(work_as: WorkAs) -> None:
    uid = make.account(work_as)
    own = make.signed_in(work_as, address="2001:db8::7")
    with work_as(ANNA, write=False) as work:
        seen = queries.sessions(work, uid, own_secret=own.secret)
    assert sorted(one.is_own for one in seen) == [False, True]
    assert {one.address for one in seen if one.is_own} == {"2001:db8::/64"}


def test_two_administrators_cannot_block_one_another(work_as: WorkAs) -> None:
    actor, first, second = administrators(work_as)
    done(work_as, actor, lambda work: accounts.block(work, second))
    with suppress(KbError), work_as(ANNA) as work:
        accounts.block(work, first)
    with work_as(ANNA, write=False) as work:
        assert queries.has_administrator(work)
        assert not queries.user(work, first).is_blocked


def test_an_unknown_role_in_the_database_opens_nothing(work_as: WorkAs) -> None:
    uid = make.account(work_as)
    with work_as(SYSTEM) as work:
        work.session.connection().exec_driver_sql("UPDATE \"grant\" SET role = 'wizard'")
        assert make.actor(work, uid).roles == {Role.VISITOR}
