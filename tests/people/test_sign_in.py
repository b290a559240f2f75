"""Signing in: wrong guesses first, then sessions and how they end. Source: trust.md promise 17."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select, text

from kb_service.base.audit import AuditRow
from kb_service.base.clock import SetClock
from kb_service.base.crypto import hash_secret
from kb_service.base.db import Database
from kb_service.base.errors import KbError, Kind
from kb_service.base.permissions import SYSTEM, Permission, Role
from kb_service.base.work import Work, act, open_work
from kb_service.people import jobs, queries, rules
from kb_service.people.acts import accounts, passwords, sessions
from kb_service.people.tables import Attempt, KnownAddress, Session, User
from tests.conftest import WorkAs
from tests.people import make
from tests.people.make import ADDRESS, PASSWORD
from tests.persons import VERA

WRONG = "wrong"


def guess(
    work_as: WorkAs, login: str = "olga", password: str = WRONG, address: str = ADDRESS
) -> KbError:
    with pytest.raises(KbError) as caught, work_as(VERA) as work:
        sessions.sign_in(work, login, password, address)
    return caught.value


def acts_written(work_as: WorkAs) -> list[tuple[str, str]]:
    with work_as(SYSTEM, write=False) as work:
        rows = work.session.execute(select(AuditRow.act, AuditRow.actor).order_by(AuditRow.seq))
        return [(act, actor) for act, actor in rows]


@pytest.mark.parametrize(
    ("login", "password"),
    [
        pytest.param("olga", "wrong", id="wrong password"),
        pytest.param("olga", "", id="no password"),
        pytest.param("nobody", PASSWORD, id="unknown login"),
        pytest.param("", "", id="nothing"),
        pytest.param("invited", "", id="no password set yet"),
        pytest.param("blocked", PASSWORD, id="blocked"),
        pytest.param("olga", "x" * 100_000, id="endless password"),
        pytest.param("olga\0", PASSWORD, id="NUL"),
        pytest.param("' OR 1=1 --", PASSWORD, id="injection"),
    ],
)
def test_what_does_not_sign_in_is_told_alike(work_as: WorkAs, login: str, password: str) -> None:
    make.account(work_as)
    make.account(work_as, "invited", password=None)
    blocked = make.account(work_as, "blocked")
    with work_as(SYSTEM) as work:
        accounts.block(work, blocked)
    error = guess(work_as, login, password)
    assert (error.code, error.kind, error.params) == ("session.wrong", Kind.UNAUTHENTICATED, {})


def test_no_more_than_ten_guesses_at_an_account(work_as: WorkAs) -> None:
    make.account(work_as)
    codes = [guess(work_as, address=f"192.0.2.{number}").code for number in range(12)]
    assert codes == ["session.wrong"] * 10 + ["session.too_many"] * 2
    error = guess(work_as, password=PASSWORD, address="192.0.2.99")
    assert error.code == "session.too_many"


def test_no_more_than_ten_guesses_from_an_address(work_as: WorkAs) -> None:
    make.account(work_as)
    codes = [guess(work_as, f"login{number}", address="2001:db8::1").code for number in range(11)]
    assert codes == ["session.wrong"] * 10 + ["session.too_many"]
    assert guess(work_as, "olga", PASSWORD, "2001:db8::2").code == "session.too_many"
    assert make.signed_in(work_as, address="2001:db8:0:1::1")


def test_strangers_cannot_lock_the_owner_out(work_as: WorkAs) -> None:
    make.account(work_as)
    for number in range(12):
        error = guess(work_as, address=f"198.51.100.{number}")
    assert error.code == "session.too_many"
    assert make.signed_in(work_as, address=ADDRESS).actor.login == "olga"
    assert guess(work_as, password=PASSWORD, address="198.51.100.99").code == "session.too_many"


def test_a_known_address_has_ten_guesses_of_its_own(work_as: WorkAs) -> None:
    make.account(work_as)
    for number in range(12):
        guess(work_as, address=f"198.51.100.{number}")
    errors = [guess(work_as) for _ in range(11)]
    assert [error.code for error in errors] == ["session.wrong"] * 10 + ["session.too_many"]
    assert [error.params.get("left") for error in errors[:10]] == [None] * 5 + [4, 3, 2, 1, 0]
    assert guess(work_as, password=PASSWORD).code == "session.too_many"


def test_an_address_is_known_to_one_account_alone(work_as: WorkAs) -> None:
    make.account(work_as)
    with work_as(SYSTEM) as work:
        made = make.invite(work, "sergey", name="Sergey", roles=[Role.OPERATOR])
    with work_as(SYSTEM) as work:
        passwords.set_password(work, made.secret, PASSWORD, "203.0.113.1")
    for number in range(11):
        guess(work_as, address=f"198.51.100.{number}")
    assert guess(work_as, password=PASSWORD, address="203.0.113.1").code == "session.too_many"


@pytest.mark.parametrize(("days", "is_known"), [(89, True), (90, False)])
def test_an_address_is_known_for_ninety_days(
    work_as: WorkAs, clock: SetClock, days: int, is_known: bool
) -> None:
    make.account(work_as)
    clock.moment += timedelta(days=days)
    with work_as(SYSTEM) as work:
        sessions.expire(work)
        assert work.session.scalar(select(func.count()).select_from(KnownAddress)) == is_known
    for number in range(11):
        guess(work_as, address=f"198.51.100.{number}")
    if is_known:
        assert make.signed_in(work_as)
    else:
        assert guess(work_as, password=PASSWORD).code == "session.too_many"


def test_the_last_twenty_addresses_are_known(work_as: WorkAs, clock: SetClock) -> None:
    make.account(work_as)
    for number in range(25):
        clock.moment += timedelta(minutes=1)
        make.signed_in(work_as, address=f"192.0.2.{100 + number}")
    for number in range(11):
        guess(work_as, address=f"198.51.100.{number}")
    assert guess(work_as, password=PASSWORD, address="192.0.2.104").code == "session.too_many"
    assert make.signed_in(work_as, address="192.0.2.105")


@pytest.mark.parametrize("is_blocked", [False, True])
def test_an_intruders_address_is_a_stranger_again(work_as: WorkAs, is_blocked: bool) -> None:
    uid = make.account(work_as)
    make.signed_in(work_as, address="192.0.2.66")
    with work_as(SYSTEM) as work:
        if is_blocked:
            accounts.block(work, uid)
            accounts.unblock(work, uid)
        made = accounts.make_link(work, uid)
    if not is_blocked:
        with work_as(SYSTEM) as work:
            passwords.set_password(work, made.secret, PASSWORD, ADDRESS)
    for number in range(11):
        guess(work_as, address=f"198.51.100.{number}")
    assert guess(work_as, password=PASSWORD, address="192.0.2.66").code == "session.too_many"
    if not is_blocked:
        assert make.signed_in(work_as, address=ADDRESS)


def test_many_sign_ins_at_once_remember_the_address_once(fresh_database: Database) -> None:
    clock = SetClock(datetime(2026, 11, 24, 9, 0, tzinfo=UTC))

    def come_in(_number: int) -> str:
        with open_work(fresh_database, VERA, clock) as work:
            return sessions.sign_in(work, "olga", PASSWORD, "192.0.2.50").actor.login

    make.account(lambda actor: open_work(fresh_database, actor, clock))
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(come_in, range(8))) == {"olga"}


def test_a_guess_a_minute_gets_ten_in_a_quarter_of_an_hour(
    work_as: WorkAs, clock: SetClock
) -> None:
    make.account(work_as)
    checked = 0
    for _ in range(120):  # two hours, a guess a minute
        checked += guess(work_as).code == "session.wrong"
        clock.moment += timedelta(minutes=1)
    assert checked <= 10 * 8


def test_a_guess_counts_though_its_unit_was_rolled_back(work_as: WorkAs) -> None:
    make.account(work_as)
    for _ in range(6):
        error = guess(work_as)
    assert error.params == {"left": 4}
    with work_as(SYSTEM, write=False) as work:
        assert work.session.scalar(select(func.count()).select_from(Attempt)) == 6


def test_a_right_password_does_not_count_as_a_guess(work_as: WorkAs) -> None:
    make.account(work_as)
    for _ in range(15):
        make.signed_in(work_as)
    with work_as(SYSTEM, write=False) as work:
        assert work.session.scalar(select(func.count()).select_from(Attempt)) == 0


def test_after_a_quarter_of_an_hour_the_account_is_open_again(
    work_as: WorkAs, clock: SetClock
) -> None:
    make.account(work_as)
    for _ in range(11):
        error = guess(work_as)
    clock.moment += timedelta(seconds=error.params["retry_after"])
    assert make.signed_in(work_as).actor.login == "olga"


def test_many_guesses_at_the_same_moment_are_counted_too(fresh_database: Database) -> None:
    clock = SetClock(datetime(2026, 11, 24, 9, 0, tzinfo=UTC))

    def try_one(_number: int) -> str:
        try:
            with open_work(fresh_database, VERA, clock) as work:
                sessions.sign_in(work, "olga", "wrong", ADDRESS)
        except KbError as error:
            return error.code
        return "in"

    with ThreadPoolExecutor(8) as pool:
        codes = list(pool.map(try_one, range(24)))
    assert codes.count("session.wrong") == 10
    assert codes.count("session.too_many") == 14


def test_what_was_typed_is_not_kept(work_as: WorkAs) -> None:
    guess(work_as, "typed-my-password-here", "secret-word")
    with work_as(SYSTEM, write=False) as work:
        kept = str(work.session.execute(text("SELECT * FROM attempt")).all())
    assert "typed" not in kept
    assert ADDRESS not in kept


def test_an_account_under_attack_stands_in_the_journal_once(work_as: WorkAs) -> None:
    make.account(work_as)
    for _ in range(14):
        guess(work_as)
    assert [row for row in acts_written(work_as) if row[0] == "session.hold"] == [
        ("session.hold", "system")
    ]


def test_a_sign_in_is_written_under_who_came_in(work_as: WorkAs) -> None:
    make.account(work_as)
    make.signed_in(work_as)
    assert acts_written(work_as)[-1] == ("session.start", "olga")


@pytest.mark.parametrize("login", ["olga", "Olga", "  OLGA "])
def test_the_login_may_be_typed_in_any_case(work_as: WorkAs, login: str) -> None:
    make.account(work_as)
    with work_as(VERA) as work:
        signed = sessions.sign_in(work, login, PASSWORD, ADDRESS)
        assert work.actor == signed.actor
    assert signed.actor.roles == {Role.OPERATOR}


def test_a_password_of_composed_letters_fits(work_as: WorkAs) -> None:
    make.account(work_as, password="й" * 4 + "ожик в тумане")
    with work_as(VERA) as work:
        sessions.sign_in(work, "olga", "и\u0306" * 4 + "ожик в тумане", ADDRESS)


@act("toy.set_hash")
def set_hash(work: Work, password_hash: str) -> None:
    work.allow(Permission.MANAGE_USERS)
    work.session.scalars(select(User)).one().password_hash = password_hash


def test_a_weak_hash_is_made_anew_at_the_sign_in(work_as: WorkAs) -> None:
    uid = make.account(work_as)
    weak = PasswordHasher(time_cost=1, memory_cost=32, parallelism=1).hash(PASSWORD)
    with work_as(SYSTEM) as work:
        set_hash(work, weak)
    make.signed_in(work_as)
    with work_as(SYSTEM, write=False) as work:
        assert work.session.get_one(User, uid).password_hash != weak


def test_a_session_knows_who_it_is(work_as: WorkAs) -> None:
    uid = make.account(work_as, "rita", Role.REVIEWER, Role.EDITOR)
    secret = make.signed_in(work_as, "rita").secret
    with work_as(VERA, write=False) as work:
        actor = queries.actor_of_session(work, secret)
    assert actor is not None
    assert (actor.uid, actor.roles) == (uid, {Role.REVIEWER, Role.EDITOR})


@pytest.mark.parametrize("secret", ["", "x", "0" * 64, "\0", "ключ"])
def test_an_unknown_secret_is_nobody(work_as: WorkAs, secret: str) -> None:
    make.account(work_as)
    make.signed_in(work_as)
    with work_as(VERA, write=False) as work:
        assert queries.actor_of_session(work, secret) is None


def test_the_secret_is_not_in_the_database(work_as: WorkAs) -> None:
    make.account(work_as)
    secret = make.signed_in(work_as).secret
    with work_as(SYSTEM, write=False) as work:
        for table in ("session", "audit", '"user"'):
            kept = str(work.session.execute(text(f"SELECT * FROM {table}")).all())
            assert secret not in kept
            assert PASSWORD not in kept


def test_a_session_ends_after_twelve_idle_hours(work_as: WorkAs, clock: SetClock) -> None:
    make.account(work_as)
    secret = make.signed_in(work_as).secret
    clock.moment += timedelta(hours=12)
    assert not holds(work_as, secret)


def test_a_used_session_goes_on_for_a_week_and_no_longer(work_as: WorkAs, clock: SetClock) -> None:
    make.account(work_as)
    secret = make.signed_in(work_as).secret
    for _ in range(13):
        clock.moment += timedelta(hours=11, minutes=59)
        assert holds(work_as, secret)
    clock.moment += timedelta(hours=11, minutes=59)
    assert holds(work_as, secret) is (14 * timedelta(hours=11, minutes=59) < timedelta(days=7))
    clock.moment += timedelta(hours=1)
    assert not holds(work_as, secret)


def holds(work_as: WorkAs, secret: str) -> bool:
    with work_as(VERA, write=False) as work:
        return queries.actor_of_session(work, secret) is not None


def test_use_is_noted_every_five_minutes_also_by_reading_requests(
    work_as: WorkAs, clock: SetClock
) -> None:
    make.account(work_as)
    secret = make.signed_in(work_as).secret
    began = clock.now()
    noted = []
    for minutes in (4, 5, 9, 10):
        clock.moment = began + timedelta(minutes=minutes)
        assert holds(work_as, secret)
        with work_as(SYSTEM, write=False) as work:
            own = select(Session.used_at).where(Session.secret_hash == hash_secret(secret))
            noted.append(work.session.scalars(own).one() - began)
    assert noted == [timedelta(minutes=minutes) for minutes in (0, 5, 5, 10)]


def test_signing_out_ends_this_session_alone(work_as: WorkAs) -> None:
    make.account(work_as)
    first, second = make.signed_in(work_as), make.signed_in(work_as)
    with work_as(first.actor) as work:
        sessions.sign_out(work, first.secret)
    assert not holds(work_as, first.secret)
    assert holds(work_as, second.secret)
    assert acts_written(work_as)[-1] == ("session.end", "olga")


def test_nobody_signs_somebody_else_out(work_as: WorkAs) -> None:
    make.account(work_as)
    make.account(work_as, "sergey")
    victim, other = make.signed_in(work_as), make.signed_in(work_as, "sergey")
    with work_as(other.actor) as work:
        sessions.sign_out(work, victim.secret)
    assert holds(work_as, victim.secret)


def test_a_visitor_has_nothing_to_sign_out_of(work_as: WorkAs) -> None:
    with pytest.raises(KbError), work_as(VERA) as work:
        sessions.sign_out(work, "x")


def test_what_has_ended_is_forgotten(work_as: WorkAs, clock: SetClock) -> None:
    make.account(work_as)
    make.signed_in(work_as)
    guess(work_as)
    make.account(work_as, "late", password=None)
    clock.moment += timedelta(hours=13)
    make.signed_in(work_as)
    with work_as(SYSTEM) as work:
        sessions.expire(work)
        sessions.expire(work)
        counted = [
            work.session.scalar(text(f"SELECT count(*) FROM {table}"))
            for table in ("session", "attempt", "link")
        ]
    assert counted == [1, 0, 0]


def test_a_visitor_cannot_make_the_house_forget(work_as: WorkAs) -> None:
    with pytest.raises(KbError), work_as(VERA) as work:
        sessions.expire(work)


def test_the_limits_are_those_that_are_promised() -> None:
    assert (10, timedelta(minutes=15)) == (rules.MAX_GUESSES, rules.GUESS_WINDOW)
    assert (timedelta(hours=12), timedelta(days=7)) == (rules.SESSION_IDLE, rules.SESSION_LONGEST)
    assert timedelta(hours=1) == rules.LINK_LIFE


def test_the_job_forgets_too(work_as: WorkAs, clock: SetClock) -> None:
    make.account(work_as)
    clock.moment += timedelta(days=8)
    with work_as(SYSTEM) as work:
        jobs.expire(work)
        assert work.session.scalar(select(func.count()).select_from(Session)) == 0
