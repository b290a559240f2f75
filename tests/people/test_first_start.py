"""The first start: somebody can manage the house, and a demonstration leaves nothing behind."""

from datetime import timedelta

import pytest

from kb_service.base.clock import SetClock
from kb_service.base.db import Database
from kb_service.base.errors import KbError, Kind
from kb_service.base.permissions import SYSTEM, Role
from kb_service.base.work import open_work
from kb_service.people import queries, setup
from kb_service.people.acts import accounts, passwords, sessions, tokens
from tests.conftest import WorkAs
from tests.people import make
from tests.people.make import ADDRESS, KEY, PASSWORD
from tests.persons import ANNA, VERA


def test_the_first_start_gives_a_link_to_the_administrator(
    database: Database, clock: SetClock, work_as: WorkAs
) -> None:
    path = setup.first_start(database, clock)
    assert path is not None
    with work_as(VERA) as work:
        signed = passwords.set_password(work, path.removeprefix("/welcome/"), PASSWORD)
    assert (signed.actor.login, signed.actor.roles) == ("admin", {Role.ADMINISTRATOR})


def test_a_start_without_anybody_who_can_sign_in_gives_another_link(
    database: Database, clock: SetClock, work_as: WorkAs
) -> None:
    first = setup.first_start(database, clock)
    clock.moment += timedelta(hours=2)
    second = setup.first_start(database, clock)
    assert first
    assert second
    assert first != second
    with work_as(VERA) as work:
        passwords.set_password(work, second.removeprefix("/welcome/"), PASSWORD)
    assert setup.first_start(database, clock) is None


def test_a_password_from_the_settings_makes_no_link(
    database: Database, clock: SetClock, work_as: WorkAs
) -> None:
    assert setup.first_start(database, clock, PASSWORD) is None
    assert make.signed_in(work_as, "admin")
    assert setup.first_start(database, clock, "другая скоба лошади") is None
    assert make.signed_in(work_as, "admin")


@pytest.mark.parametrize("password", ["admin", "admin12345", "1234567890"])
def test_a_weak_password_from_the_settings_stops_the_start(
    database: Database, clock: SetClock, password: str
) -> None:
    with pytest.raises(KbError, match=r"password\.wrong"):
        setup.first_start(database, clock, password)
    with open_work(database, SYSTEM, clock, write=False) as work:
        assert queries.directory(work).total == 0


def test_where_another_administrator_works_no_account_is_made(
    database: Database, clock: SetClock, work_as: WorkAs
) -> None:
    make.account(work_as, "anna", Role.ADMINISTRATOR)
    assert setup.first_start(database, clock) is None
    with work_as(SYSTEM, write=False) as work:
        assert [view.login for view in queries.directory(work).items] == ["anna"]


def test_an_admin_who_was_blocked_is_let_in_where_nobody_else_is_left(
    database: Database, clock: SetClock, work_as: WorkAs
) -> None:
    uid = make.account(work_as, "admin", Role.EDITOR)
    with work_as(ANNA) as work:
        accounts.block(work, uid)
    assert setup.first_start(database, clock)
    with work_as(SYSTEM, write=False) as work:
        view = queries.user(work, uid)
    assert (view.is_blocked, view.roles) == (False, ["administrator", "editor"])


def test_the_key_is_made_once(database: Database, clock: SetClock, work_as: WorkAs) -> None:
    with pytest.raises(KbError) as caught, work_as(SYSTEM, write=False) as work:
        queries.token_key(work)
    assert caught.value.kind is Kind.UNAVAILABLE
    key = setup.token_key(database, clock)
    assert setup.token_key(database, clock) == key
    with work_as(SYSTEM, write=False) as work:
        assert queries.token_key(work) == key


def test_a_demonstration_has_an_account_for_each_role(
    database: Database, clock: SetClock, work_as: WorkAs
) -> None:
    made = setup.demo_accounts(database, clock)
    assert {account.role for account in made} == set(Role) - {Role.VISITOR}
    for account in made:
        with work_as(VERA) as work:
            actor = sessions.sign_in(work, account.login, "demo", ADDRESS).actor
        assert actor.roles == {account.role}
    with work_as(VERA, write=False) as work:
        assert queries.demo_logins(work) == sorted(account.login for account in made)


def test_a_demonstration_leaves_real_accounts_alone(
    database: Database, clock: SetClock, work_as: WorkAs
) -> None:
    make.account(work_as, "editor", Role.EDITOR)
    made = setup.demo_accounts(database, clock)
    assert "editor" not in {account.login for account in made}
    assert make.signed_in(work_as, "editor")


def test_after_a_demonstration_nothing_of_it_exists(
    database: Database, clock: SetClock, work_as: WorkAs
) -> None:
    setup.demo_accounts(database, clock)
    setup.demo_accounts(database, clock)
    with work_as(VERA) as work:
        signed = sessions.sign_in(work, "editor", "demo", ADDRESS)
    with work_as(VERA) as work:
        token = tokens.start(work, "editor", "demo", ADDRESS, key=KEY).token
    setup.first_start(database, clock)
    assert setup.end_demo(database, clock) == 12
    with work_as(SYSTEM, write=False) as work:
        assert [view.login for view in queries.directory(work).items] == ["admin"]
        assert queries.actor_of_session(work, signed.secret) is None
        assert queries.actor_of_token(work, token, KEY) is None
        assert queries.demo_logins(work) == []


def test_an_administrator_of_the_demonstration_does_not_count(
    database: Database, clock: SetClock
) -> None:
    setup.demo_accounts(database, clock)
    with open_work(database, SYSTEM, clock, write=False) as work:
        assert not queries.has_administrator(work)
