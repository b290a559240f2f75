"""Passwords: set by a one-time link, changed by who knows the present one."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from kb_service.base.audit import AuditRow
from kb_service.base.clock import SetClock
from kb_service.base.db import Database
from kb_service.base.errors import KbError, Kind
from kb_service.base.permissions import SYSTEM, Role
from kb_service.base.work import open_work
from kb_service.people import queries
from kb_service.people.acts import accounts, passwords, setup
from tests.conftest import WorkAs
from tests.people import make
from tests.people.make import ADDRESS, PASSWORD
from tests.persons import VERA

NEW = "другая скоба лошади"


def invited(work_as: WorkAs, login: str = "olga") -> tuple[str, str]:
    with work_as(SYSTEM) as work:
        made = make.invite(work, login, name="Ольга", roles=[Role.OPERATOR])
    return made.user_uid, made.secret


def set_password(work_as: WorkAs, secret: str, password: str = PASSWORD) -> str:
    with work_as(VERA) as work:
        return passwords.set_password(work, secret, password, ADDRESS).secret


def refusal(work_as: WorkAs, secret: str, password: str = PASSWORD) -> KbError:
    with pytest.raises(KbError) as caught:
        set_password(work_as, secret, password)
    return caught.value


@pytest.mark.parametrize("secret", ["", "x", "x" * 43, "\0", "'; --"])
def test_an_unknown_link_is_gone(work_as: WorkAs, secret: str) -> None:
    invited(work_as)
    error = refusal(work_as, secret)
    assert (error.code, error.kind) == ("link.gone", Kind.GONE)


def test_a_link_works_once(work_as: WorkAs) -> None:
    _uid, secret = invited(work_as)
    set_password(work_as, secret)
    assert refusal(work_as, secret, NEW).code == "link.gone"
    assert make.signed_in(work_as)


def test_a_link_works_for_an_hour(work_as: WorkAs, clock: SetClock) -> None:
    _uid, secret = invited(work_as)
    clock.moment += timedelta(minutes=59, seconds=59)
    with work_as(VERA, write=False) as work:
        assert queries.login_of_link(work, secret) == "olga"
    clock.moment += timedelta(seconds=1)
    assert refusal(work_as, secret).code == "link.gone"


def test_a_newer_link_ends_the_earlier(work_as: WorkAs) -> None:
    uid, first = invited(work_as)
    with work_as(SYSTEM) as work:
        second = accounts.make_link(work, uid).secret
    assert refusal(work_as, first).code == "link.gone"
    assert set_password(work_as, second)


def test_a_weak_password_leaves_the_link_unused(work_as: WorkAs) -> None:
    _uid, secret = invited(work_as)
    error = refusal(work_as, secret, "olga")
    assert [field.code for field in error.fields] == ["password.too_short"]
    assert set_password(work_as, secret)


def test_the_present_password_holds_until_the_link_is_used(work_as: WorkAs) -> None:
    uid = make.account(work_as)
    with work_as(SYSTEM) as work:
        secret = accounts.make_link(work, uid).secret
    assert make.signed_in(work_as)
    set_password(work_as, secret, NEW)
    with pytest.raises(KbError):
        make.signed_in(work_as)


def test_who_sets_a_password_is_signed_in(work_as: WorkAs) -> None:
    uid, secret = invited(work_as)
    session = set_password(work_as, secret)
    with work_as(VERA, write=False) as work:
        actor = queries.actor_of_session(work, session)
        last = work.session.scalars(select(AuditRow).order_by(AuditRow.seq.desc())).first()
        assert last is not None
        assert (last.act, last.actor, last.object_uid) == ("password.set", "olga", uid)
        assert PASSWORD not in str(last.changes)
    assert actor is not None
    assert actor.login == "olga"


def test_a_link_that_two_use_at_once_is_used_by_one(fresh_database: Database) -> None:
    clock = SetClock(datetime(2026, 11, 24, 9, 0, tzinfo=UTC))
    with open_work(fresh_database, SYSTEM, clock) as work:
        secret = make.invite(work, "olga", name="О", roles=[Role.OPERATOR]).secret

    def use(number: int) -> str:
        try:
            with open_work(fresh_database, VERA, clock) as work:
                passwords.set_password(work, secret, f"{PASSWORD} {number}")
        except KbError as error:
            return error.code
        return "set"

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(use, range(6)))
    assert sorted(outcomes) == ["link.gone"] * 5 + ["set"]


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        pytest.param("wrong", NEW, ("old", "password.old_wrong"), id="wrong old one"),
        pytest.param(PASSWORD, "мало", ("password", "password.too_short"), id="weak new one"),
        pytest.param(PASSWORD, PASSWORD, ("password", "password.same"), id="the same"),
    ],
)
def test_a_change_of_password_is_refused(
    work_as: WorkAs, old: str, new: str, field: tuple[str, str]
) -> None:
    make.account(work_as)
    signed = make.signed_in(work_as)
    with pytest.raises(KbError) as caught, work_as(signed.actor) as work:
        passwords.change_password(work, old, new, ADDRESS)
    assert [(one.field, one.code) for one in caught.value.fields] == [field]
    with work_as(VERA, write=False) as work:
        assert queries.actor_of_session(work, signed.secret)


def test_a_visitor_has_no_password_to_change(work_as: WorkAs) -> None:
    with pytest.raises(KbError, match=r"session\.needed"), work_as(VERA) as work:
        passwords.change_password(work, PASSWORD, NEW, ADDRESS)


def test_an_open_session_cannot_be_used_to_guess_the_password(work_as: WorkAs) -> None:
    make.account(work_as)
    actor = make.signed_in(work_as).actor
    codes = []
    for _ in range(11):
        with pytest.raises(KbError) as caught, work_as(actor) as work:
            passwords.change_password(work, "wrong", NEW, ADDRESS)
        codes.append(caught.value.code)
    assert codes == ["password.wrong"] * 10 + ["session.too_many"]


def test_who_changes_the_password_stays_in_this_browser_alone(work_as: WorkAs) -> None:
    make.account(work_as)
    here, there = make.signed_in(work_as), make.signed_in(work_as)
    with work_as(here.actor) as work:
        now_here = passwords.change_password(work, PASSWORD, NEW, ADDRESS)
    with work_as(VERA, write=False) as work:
        holding = [
            queries.actor_of_session(work, one.secret) is not None
            for one in (here, there, now_here)
        ]
    assert holding == [False, False, True]


def test_nobody_changes_the_password_of_a_demonstration(work_as: WorkAs) -> None:
    make.account(work_as)
    signed = make.signed_in(work_as)
    with work_as(SYSTEM) as work:
        work.session.connection().exec_driver_sql(
            'UPDATE "user" SET is_demo = (1 = 1)'  # as if the account were the demonstration's
        )
    with pytest.raises(KbError, match=r"user\.demo"), work_as(signed.actor) as work:
        passwords.change_password(work, PASSWORD, NEW, ADDRESS)
    assert setup.DEMO_PASSWORD == "demo"
