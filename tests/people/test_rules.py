"""Rules about accounts: tables of cases, refusals first."""

from datetime import UTC, datetime, timedelta

import pytest

from kb_service.base.errors import KbError, Kind
from kb_service.base.permissions import Role
from kb_service.people import rules
from kb_service.people.schemas import MIN_PASSWORD, NewUser, Profile, Scope
from kb_service.people.worst_passwords import WORST

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def problems(error: KbError) -> set[tuple[str, str]]:
    return {(field.field, field.code) for field in error.fields}


@pytest.mark.parametrize(
    ("password", "code"),
    [
        pytest.param("", "password.too_short", id="nothing"),
        pytest.param("скобаскоб", "password.too_short", id="nine letters"),
        pytest.param("ж" * 201, "password.too_long", id="endless"),
        pytest.param("верная\0скоба", "password.not_text", id="with NUL"),
        pytest.param("olga.belova", "password.is_login", id="the login"),
        pytest.param("Olga.Belova1", "password.is_login", id="the login and a digit"),
        pytest.param("1olga.belova!", "password.is_login", id="the login between signs"),
        pytest.param("aaaaaaaaaaaa", "password.too_common", id="one letter"),
        pytest.param("abababababab", "password.too_common", id="two letters"),
        pytest.param("Password123", "password.too_common", id="of the worst, capital"),
        pytest.param("pass-word-123", "password.too_common", id="of the worst, with dashes"),
        pytest.param("Йцукенгшщз", "password.too_common", id="Russian keyboard row"),
        pytest.param("qwertyuiop", "password.too_common", id="keyboard row"),
    ],
)
def test_a_weak_password_is_refused(password: str, code: str) -> None:
    with pytest.raises(KbError) as caught:
        rules.check_password(password, "olga.belova")
    assert problems(caught.value) == {("password", code)}


@pytest.mark.parametrize(
    "password",
    ["верная лошадь скоба", "correct horse", "olga.belova любит кофе", "9f!Kd2-рыба", "ж1ж2ж3ж4ж5"],
)
def test_a_good_password_is_taken(password: str) -> None:
    rules.check_password(password, "olga.belova")


def test_the_worst_passwords_are_those_that_the_length_lets_through() -> None:
    assert all(len(word) >= MIN_PASSWORD and word == word.casefold() for word in WORST)


def test_a_password_has_one_form_whatever_the_keyboard() -> None:
    assert rules.normal_password("и\u0306од") == rules.normal_password("йод")


@pytest.mark.parametrize(
    ("login", "code"),
    [
        pytest.param("", "login.wrong", id="nothing"),
        pytest.param("ольга", "login.wrong", id="Cyrillic"),
        pytest.param("olga belova", "login.wrong", id="space"),
        pytest.param("-olga", "login.wrong", id="dash first"),
        pytest.param("olga.", "login.wrong", id="dot last"),
        pytest.param("o" * 65, "login.wrong", id="too long"),
        pytest.param("olga\n", "login.wrong", id="line break"),
        pytest.param("ol/ga", "login.wrong", id="slash"),
        pytest.param("system", "login.reserved", id="the house"),
        pytest.param("files", "login.reserved", id="the folder"),
        pytest.param("visitor", "login.reserved", id="the visitor"),
    ],
)
def test_a_login_that_cannot_be(login: str, code: str) -> None:
    user = NewUser(login=login, name="Ольга", roles=frozenset({Role.OPERATOR}))
    with pytest.raises(KbError) as caught:
        rules.check_new_user(user)
    assert problems(caught.value) == {("login", code)}


@pytest.mark.parametrize("login", ["o", "olga", "olga.belova", "o-b_1", "olga@example.org", "7"])
def test_a_login_that_can_be(login: str) -> None:
    rules.check_new_user(NewUser(login=login, name="Ольга", roles=frozenset({Role.OPERATOR})))


def test_a_login_is_kept_in_small_letters() -> None:
    assert rules.normal_login("  Olga.Belova ") == "olga.belova"


@pytest.mark.parametrize(
    ("profile", "problem"),
    [
        (Profile(name=" "), ("name", "name.missing")),
        (Profile(name="О" * 201), ("name", "name.wrong")),
        (Profile(name="Ольга\nBcc: all"), ("name", "name.wrong")),
        (Profile(name="Ольга", department="x\0"), ("department", "name.wrong")),
        (Profile(name="Ольга", email="нет"), ("email", "email.wrong")),
        (Profile(name="Ольга", email="a@b"), ("email", "email.wrong")),
        (Profile(name="Ольга", email="a@b.ru\nBcc: c@d.ru"), ("email", "email.wrong")),
        (Profile(name="Ольга", email="a@b.ru,c@d.ru"), ("email", "email.wrong")),
    ],
)
def test_a_profile_that_cannot_be(profile: Profile, problem: tuple[str, str]) -> None:
    with pytest.raises(KbError) as caught:
        rules.check_profile(profile)
    assert problems(caught.value) == {problem}


def test_every_wrong_field_is_told_at_once() -> None:
    with pytest.raises(KbError) as caught:
        rules.check_new_user(NewUser(login="", name="", email="x", roles=frozenset()))
    assert {field for field, _ in problems(caught.value)} == {"login", "name", "email", "roles"}


@pytest.mark.parametrize(
    ("roles", "code"), [(set(), "roles.missing"), ({Role.VISITOR, Role.EDITOR}, "roles.wrong")]
)
def test_roles_that_nobody_is_given(roles: set[Role], code: str) -> None:
    with pytest.raises(KbError) as caught:
        rules.check_roles(roles)
    assert problems(caught.value) == {("roles", code)}


def test_the_last_administrator_stays() -> None:
    with pytest.raises(KbError, match=r"user\.last_administrator"):
        rules.check_last_administrator(["anna"], "anna")
    rules.check_last_administrator(["anna", "boris"], "anna")
    rules.check_last_administrator(["anna"], "olga")
    rules.check_last_administrator([], "olga")


def moments(count: int, age: timedelta) -> list[datetime]:
    return [NOW - age] * count


@pytest.mark.parametrize(
    ("by_login", "by_address", "retry_after"),
    [
        pytest.param(moments(10, MINUTE), [], 14 * 60, id="of an account"),
        pytest.param([], moments(10, MINUTE), 14 * 60, id="from an address"),
        pytest.param(moments(9, 2 * MINUTE) + moments(1, MINUTE), [], 13 * 60, id="oldest ends"),
        pytest.param(moments(10, 14 * MINUTE), moments(30, MINUTE), 14 * 60, id="longer wait"),
    ],
)
def test_too_many_guesses(
    by_login: list[datetime], by_address: list[datetime], retry_after: int
) -> None:
    with pytest.raises(KbError) as caught:
        rules.check_guesses(by_login, by_address, NOW)
    assert (caught.value.code, caught.value.kind) == ("session.too_many", Kind.TOO_MANY)
    assert caught.value.params["retry_after"] == retry_after


@pytest.mark.parametrize(
    ("by_login", "by_address"),
    [
        pytest.param([], [], id="none"),
        pytest.param(moments(9, MINUTE), moments(9, MINUTE), id="nine of each"),
        pytest.param(moments(50, 15 * MINUTE), [], id="long ago"),
        pytest.param(moments(9, MINUTE) + moments(20, 16 * MINUTE), [], id="nine and old ones"),
    ],
)
def test_guesses_that_are_free(by_login: list[datetime], by_address: list[datetime]) -> None:
    rules.check_guesses(by_login, by_address, NOW)


@pytest.mark.parametrize(
    ("by_login", "by_address", "left"),
    [(1, 1, None), (5, 5, None), (6, 0, 4), (2, 9, 1), (10, 1, 0)],
)
def test_guesses_left_are_told_when_few(by_login: int, by_address: int, left: int | None) -> None:
    assert rules.guesses_left(by_login, by_address) == left


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::ffff", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("", ""),
        ("testclient", "testclient"),
        ("x" * 500, "x" * 64),
    ],
)
def test_what_counts_as_one_address(address: str, key: str) -> None:
    assert rules.address_key(address) == key


@pytest.mark.parametrize(
    ("used_before", "began_before", "holds"),
    [
        pytest.param(timedelta(0), timedelta(0), True, id="new"),
        pytest.param(timedelta(hours=11, minutes=59), timedelta(days=1), True, id="nearly idle"),
        pytest.param(timedelta(hours=12), timedelta(days=1), False, id="idle"),
        pytest.param(timedelta(0), timedelta(days=6, hours=23), True, id="nearly a week"),
        pytest.param(timedelta(0), timedelta(days=7), False, id="a week"),
    ],
)
def test_how_long_a_session_holds(
    used_before: timedelta, began_before: timedelta, holds: bool
) -> None:
    end = NOW - began_before + rules.SESSION_LONGEST
    assert rules.session_holds(NOW - used_before, end, NOW) is holds


@pytest.mark.parametrize("days", [0, -1, 367, 10**9])
def test_a_named_token_for_no_time_or_for_ever_is_refused(days: int) -> None:
    with pytest.raises(KbError, match=r"token\.wrong"):
        rules.token_end(NOW, days)


@pytest.mark.parametrize(
    ("days", "began_before", "end"),
    [
        pytest.param(None, None, timedelta(hours=12), id="of a sign-in"),
        pytest.param(30, None, timedelta(days=30), id="named"),
        pytest.param(366, None, timedelta(days=366), id="a year"),
        pytest.param(None, timedelta(days=1), timedelta(hours=12), id="renewed"),
        pytest.param(None, timedelta(days=6, hours=20), timedelta(hours=4), id="chain ends"),
    ],
)
def test_when_a_token_ends(
    days: int | None, began_before: timedelta | None, end: timedelta
) -> None:
    began = None if began_before is None else NOW - began_before
    assert rules.token_end(NOW, days, began_at=began) == NOW + end


def test_a_chain_of_tokens_ends_after_a_week() -> None:
    with pytest.raises(KbError) as caught:
        rules.token_end(NOW, None, began_at=NOW - timedelta(days=7))
    assert caught.value.kind is Kind.UNAUTHENTICATED


@pytest.mark.parametrize(
    ("roles", "scope", "carried"),
    [
        ({Role.EDITOR, Role.HEAD}, Scope.FULL, {Role.EDITOR, Role.HEAD}),
        ({Role.ADMINISTRATOR}, Scope.READ, {Role.READER}),
        (set(), Scope.READ, set()),
        (set(), Scope.FULL, set()),
        ({Role.ADMINISTRATOR}, "of an older release", {Role.READER}),
    ],
)
def test_roles_that_a_token_carries(roles: set[Role], scope: str, carried: set[Role]) -> None:
    assert rules.roles_in_scope(frozenset(roles), scope) == carried


def test_a_known_address_answers_for_its_own_guesses_alone() -> None:
    rules.check_guesses(moments(50, MINUTE), moments(9, MINUTE), NOW, is_known=True)
    with pytest.raises(KbError, match=r"session\.too_many"):
        rules.check_guesses([], moments(10, MINUTE), NOW, is_known=True)
