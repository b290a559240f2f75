"""Tokens of programs: only ours, only while their row holds."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest

from kb_service.base.clock import SetClock
from kb_service.base.errors import KbError, Kind
from kb_service.base.ids import Uid, new_uid
from kb_service.base.permissions import SYSTEM, Actor, Permission, Role
from kb_service.people import queries, tokens
from kb_service.people.acts import sessions as session_acts
from kb_service.people.acts import tokens as acts
from kb_service.people.schemas import IssuedToken, Scope
from tests.conftest import WorkAs
from tests.people import make
from tests.people.make import ADDRESS, KEY, PASSWORD
from tests.persons import ANNA, VERA

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
JTI = new_uid()


def forged(**changes: object) -> str:
    claims = {"sub": "olga", "jti": JTI, "exp": NOW + timedelta(days=9)} | changes
    return jwt.encode({k: v for k, v in claims.items() if v is not None}, KEY, algorithm="HS256")


@pytest.mark.parametrize(
    "token",
    [
        pytest.param("", id="nothing"),
        pytest.param("a.b.c", id="no token"),
        pytest.param("\0", id="NUL"),
        pytest.param("ключ", id="Cyrillic"),
        pytest.param("x" * 5000, id="endless"),
        pytest.param(jwt.encode({"sub": "olga", "jti": JTI, "exp": NOW}, "z" * 43), id="other key"),
        pytest.param(
            jwt.encode({"sub": "olga", "jti": JTI, "exp": NOW}, None, algorithm="none"),
            id="algorithm none",
        ),
        pytest.param(
            jwt.encode({"sub": "olga", "jti": JTI, "exp": NOW}, KEY * 2, algorithm="HS512"),
            id="other algorithm",
        ),
        pytest.param(forged(jti=None), id="no jti"),
        pytest.param(forged(exp=None), id="no end"),
        pytest.param(forged(sub=None), id="no subject"),
        pytest.param(forged(jti="1"), id="strange jti"),
        pytest.param(forged()[:-2], id="cut"),
    ],
)
def test_what_we_did_not_sign_is_no_token(token: str) -> None:
    assert tokens.jti_of(token, KEY) is None


def test_without_a_key_there_are_no_tokens() -> None:
    assert tokens.jti_of(jwt.encode({"sub": "o", "jti": JTI, "exp": NOW}, "k" * 32), "") is None
    with pytest.raises(KbError) as caught:
        tokens.encode("olga", "Ольга", JTI, NOW, NOW, "")
    assert caught.value.kind is Kind.UNAVAILABLE


def test_a_token_is_read_back() -> None:
    token = tokens.encode("olga", "Ольга", JTI, NOW, NOW, KEY)
    assert tokens.jti_of(token, KEY) == JTI
    claims = jwt.decode(token, options={"verify_signature": False})
    assert (claims["sub"], claims["fullname"]) == ("olga", "Ольга")


def start(work_as: WorkAs, login: str = "olga") -> IssuedToken:
    with work_as(VERA) as work:
        return acts.start(work, login, PASSWORD, ADDRESS, key=KEY)


def actor_of(work_as: WorkAs, token: str) -> Actor | None:
    with work_as(VERA, write=False) as work:
        return queries.actor_of_token(work, token, KEY)


def owner(work_as: WorkAs, token: str) -> Actor:
    actor = actor_of(work_as, token)
    assert actor is not None
    return actor


def test_a_signed_token_without_a_row_is_nobody(work_as: WorkAs) -> None:
    make.account(work_as)
    assert actor_of(work_as, forged()) is None


@pytest.mark.parametrize(("login", "password"), [("olga", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_login_gets_no_token(work_as: WorkAs, login: str, password: str) -> None:
    make.account(work_as)
    with pytest.raises(KbError) as caught, work_as(VERA) as work:
        acts.start(work, login, password, ADDRESS, key=KEY)
    assert caught.value.kind is Kind.UNAUTHENTICATED


def test_guesses_over_the_api_and_over_pages_are_counted_together(work_as: WorkAs) -> None:
    make.account(work_as)
    ways = [
        lambda work: acts.start(work, "olga", "wrong", ADDRESS, key=KEY),
        lambda work: queries.actor_of_password(work, "olga", "wrong", ADDRESS),
    ]
    codes = []
    for way in ways * 6:
        with pytest.raises(KbError) as caught, work_as(VERA) as work:
            way(work)
        codes.append(caught.value.code)
    assert codes == ["session.wrong"] * 10 + ["session.too_many"] * 2


def test_a_password_with_every_call_is_somebody(work_as: WorkAs) -> None:
    uid = make.account(work_as)
    with work_as(VERA, write=False) as work:
        assert queries.actor_of_password(work, "olga", PASSWORD, ADDRESS).uid == uid


def test_a_token_of_a_sign_in_holds_for_twelve_hours(work_as: WorkAs, clock: SetClock) -> None:
    uid = make.account(work_as)
    issued = start(work_as)
    assert owner(work_as, issued.token).uid == uid
    clock.moment += timedelta(hours=12)
    assert actor_of(work_as, issued.token) is None


def test_a_renewed_token_goes_on_and_the_old_one_ends_in_a_minute(
    work_as: WorkAs, clock: SetClock
) -> None:
    make.account(work_as)
    old = start(work_as)
    clock.moment += timedelta(hours=11)
    with work_as(owner(work_as, old.token)) as work:
        new = acts.renew(work, old.token, key=KEY)
    assert actor_of(work_as, old.token)
    clock.moment += timedelta(minutes=1)
    assert actor_of(work_as, old.token) is None
    clock.moment += timedelta(hours=11)
    assert actor_of(work_as, new.token)


def test_a_chain_of_renewals_ends_after_a_week(work_as: WorkAs, clock: SetClock) -> None:
    make.account(work_as)
    token = start(work_as).token
    for _ in range(14):
        clock.moment += timedelta(hours=11, minutes=55)
        with work_as(owner(work_as, token)) as work:
            token = acts.renew(work, token, key=KEY).token
    clock.moment += timedelta(hours=2)
    assert actor_of(work_as, token) is None


@pytest.mark.parametrize("which", ["ended", "of somebody else", "not ours"])
def test_a_token_that_is_not_one_s_own_is_not_renewed(
    work_as: WorkAs, clock: SetClock, which: str
) -> None:
    make.account(work_as)
    make.account(work_as, "sergey")
    own, foreign = start(work_as), start(work_as, "sergey")
    actor = owner(work_as, own.token)
    if which == "ended":
        clock.moment += timedelta(hours=13)
    token = {"ended": own.token, "of somebody else": foreign.token, "not ours": forged()}[which]
    with pytest.raises(KbError, match=r"session\.token_wrong"), work_as(actor) as work:
        acts.renew(work, token, key=KEY)


def test_after_the_logout_a_token_is_nobody(work_as: WorkAs) -> None:
    make.account(work_as)
    first, second = start(work_as), start(work_as)
    with work_as(owner(work_as, first.token)) as work:
        acts.end(work, first.token, key=KEY)
    assert actor_of(work_as, first.token) is None
    assert actor_of(work_as, second.token)


def issue(work_as: WorkAs, actor: Actor, scope: Scope = Scope.READ, days: int = 30) -> IssuedToken:
    with work_as(actor) as work:
        return acts.issue(work, "обмен", days, scope, key=KEY)


@pytest.mark.parametrize("name", ["", " ", "x" * 101, "две\nстроки"])
def test_a_named_token_needs_a_name(work_as: WorkAs, name: str) -> None:
    make.account(work_as)
    actor = make.signed_in(work_as).actor
    with pytest.raises(KbError, match=r"token\.wrong"), work_as(actor) as work:
        acts.issue(work, name, 30, Scope.READ, key=KEY)


def test_a_visitor_gets_no_token(work_as: WorkAs) -> None:
    with pytest.raises(KbError, match=r"session\.needed"), work_as(VERA) as work:
        acts.issue(work, "обмен", 30, Scope.READ, key=KEY)


def test_a_token_for_reading_cannot_write(work_as: WorkAs) -> None:
    make.account(work_as, "anna", Role.ADMINISTRATOR)
    issued = issue(work_as, make.signed_in(work_as, "anna").actor)
    actor = owner(work_as, issued.token)
    with work_as(actor, write=False) as work:
        held = {permission for permission in Permission if work.may(permission)}
    assert held == {
        Permission.VIEW, Permission.VIEW_STAFF, Permission.SEARCH, Permission.SEARCH_STAFF,
        Permission.RATE, Permission.SIGN_IN, Permission.OWN_ACCOUNT,
    }  # fmt: skip


def test_a_token_for_reading_brings_forth_none_that_may_more(work_as: WorkAs) -> None:
    make.account(work_as, "anna", Role.ADMINISTRATOR)
    issued = issue(work_as, make.signed_in(work_as, "anna").actor)
    reader = owner(work_as, issued.token)
    with pytest.raises(KbError) as caught:
        issue(work_as, reader, Scope.FULL)
    assert (caught.value.code, caught.value.kind) == ("token.needs_session", Kind.FORBIDDEN)


def test_a_named_token_is_not_renewed(work_as: WorkAs) -> None:
    make.account(work_as)
    actor = make.signed_in(work_as).actor
    token = issue(work_as, actor).token
    with pytest.raises(KbError, match=r"token\.not_renewable"), work_as(actor) as work:
        acts.renew(work, token, key=KEY)


def test_one_revokes_the_own_tokens_and_an_administrator_all(work_as: WorkAs) -> None:
    make.account(work_as)
    make.account(work_as, "sergey")
    actor = make.signed_in(work_as).actor
    other = make.signed_in(work_as, "sergey").actor
    issued = [issue(work_as, actor) for _ in range(2)]
    with pytest.raises(KbError, match=r"token\.missing"), work_as(other) as work:
        acts.revoke(work, issued[0].jti)
    for who, token in zip((actor, ANNA), issued, strict=True):
        with work_as(who) as work:
            acts.revoke(work, token.jti)
        assert actor_of(work_as, token.token) is None


@pytest.mark.parametrize("jti", ["", "0" * 32])
def test_a_token_that_is_not_there_is_missing(work_as: WorkAs, jti: str) -> None:
    with pytest.raises(KbError, match=r"token\.missing"), work_as(ANNA) as work:
        acts.revoke(work, Uid(jti))


def test_tokens_are_listed_without_themselves(work_as: WorkAs, clock: SetClock) -> None:
    uid = make.account(work_as)
    actor = make.signed_in(work_as).actor
    issued = issue(work_as, actor, Scope.FULL, 1)
    start(work_as)
    with work_as(actor, write=False) as work:
        seen = queries.tokens(work, uid)
    assert {(view.name, view.scope) for view in seen} == {("обмен", "full"), ("", "full")}
    assert issued.token not in str(seen)
    clock.moment += timedelta(days=1)
    with work_as(SYSTEM) as work:
        assert queries.tokens(work, uid) == []
        session_acts.expire(work)


def test_tokens_of_others_are_not_listed(work_as: WorkAs) -> None:
    uid = make.account(work_as)
    make.account(work_as, "sergey")
    start(work_as)
    with work_as(make.signed_in(work_as, "sergey").actor, write=False) as work:
        assert queries.tokens(work, uid) == []


def test_a_token_of_an_account_that_was_blocked_is_nobody(work_as: WorkAs) -> None:
    make.account(work_as)
    token = start(work_as).token
    with work_as(SYSTEM) as work:
        work.session.connection().exec_driver_sql('UPDATE "user" SET blocked_at = created')
    assert actor_of(work_as, token) is None
