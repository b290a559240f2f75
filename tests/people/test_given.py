"""Passwords that an administrator gives: refused first, then they open, and all else ends."""

import pytest

from kb_service.base.errors import KbError
from kb_service.base.permissions import SYSTEM, Actor, Role
from kb_service.people.acts import given, passwords, sessions, setup
from kb_service.people.queries import actor_of_session
from kb_service.people.schemas import NewUser
from tests.conftest import WorkAs
from tests.people import make
from tests.people.make import ADDRESS, PASSWORD
from tests.persons import ANNA, OLGA, RITA, VERA

NEW = "другая лошадь скоба"
OF_SERGEY = NewUser(login="sergey", name="Сергей", roles=frozenset({Role.SPECIALIST}))


@pytest.mark.parametrize(
    ("person", "code"),
    [(VERA, "session.needed"), (OLGA, "act.forbidden"), (RITA, "act.forbidden")],
    ids=["visitor", "operator", "reviewer"],
)
def test_only_administrators_give_passwords(work_as: WorkAs, person: Actor, code: str) -> None:
    uid = make.account(work_as)
    with pytest.raises(KbError) as caught, work_as(person) as work:
        given.give_password(work, uid, NEW)
    assert caught.value.code == code
    with pytest.raises(KbError) as caught, work_as(person) as work:
        given.enrol(work, OF_SERGEY, NEW)
    assert caught.value.code == code


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaa", "1234567890"])
def test_a_password_that_others_guess_is_refused(work_as: WorkAs, password: str) -> None:
    with pytest.raises(KbError, match=r"password\.wrong"), work_as(ANNA) as work:
        given.enrol(work, OF_SERGEY, password)


def test_an_enrolled_account_signs_in_at_once(work_as: WorkAs) -> None:
    with work_as(ANNA) as work:
        given.enrol(work, OF_SERGEY, NEW)
    with work_as(VERA) as work:
        assert sessions.sign_in(work, "sergey", NEW, ADDRESS).actor.roles == {Role.SPECIALIST}


def test_another_password_ends_all_access(work_as: WorkAs) -> None:
    with work_as(SYSTEM) as work:
        made = make.invite(work, "olga", name="Ольга", roles=[Role.OPERATOR])
    with work_as(SYSTEM) as work:
        passwords.set_password(work, made.secret, PASSWORD, ADDRESS)
    session = make.signed_in(work_as)
    with work_as(ANNA) as work:
        given.give_password(work, made.user_uid, NEW)
    with work_as(VERA, write=False) as work:
        assert actor_of_session(work, session.secret) is None
    with pytest.raises(KbError, match=r"session\.wrong"), work_as(VERA) as work:
        sessions.sign_in(work, "olga", PASSWORD, ADDRESS)
    with work_as(VERA) as work:
        sessions.sign_in(work, "olga", NEW, ADDRESS)


def test_a_demonstration_gives_no_passwords(work_as: WorkAs) -> None:
    with work_as(SYSTEM) as work:
        [made] = setup.make_demo(work, {Role.ADMINISTRATOR: "Администратор"}, "hash")
    uid = make.account(work_as)
    with work_as(SYSTEM, write=False) as work:
        from_demo = next(one for one in make.everybody(work) if one.login == made.login)
    with pytest.raises(KbError, match=r"user\.demo_only"), work_as(from_demo) as work:
        given.give_password(work, uid, NEW)
    with pytest.raises(KbError, match=r"user\.demo_only"), work_as(ANNA) as work:
        given.give_password(work, from_demo.uid, NEW)
