"""The page of one's own tokens: refused first, then a token is made, shown once, used and ended."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from kb_service.base.audit import AuditRow
from kb_service.base.clock import SetClock
from kb_service.base.permissions import Role
from tests.web.people_site import Site
from tests.web.read import Page, remarks

PATH = "/desk/tokens"
GOOD = {"do": "make", "name": "обмен с сайтом", "days": "30", "scope": "read"}


@pytest.fixture
def olga(site: Site) -> Site:
    """A browser in which an operator is signed in."""
    site.account("olga", Role.OPERATOR)
    site.sign_in("olga")
    return site


def made(site: Site, **changes: str) -> str:
    """Make a token by the form and give it."""
    answer = site.send(PATH, PATH, {**GOOD, **changes})
    assert answer.status_code == 200
    found = re.search(r'<code class="link" id="made">([^<]+)</code>', answer.text)
    assert found
    return found[1]


def uses(site: Site, token: str) -> tuple[int, int]:
    """Give the statuses of a reading and of a writing call with a token."""
    named = {"authorization": f"Bearer {token}", "accept": "application/json", "cookie": ""}
    read = site.client.get("/api/@search?SearchableText=x", headers=named)
    body = {"@type": "Topic", "title": "Новая"}
    return read.status_code, site.client.post("/api", headers=named, json=body).status_code


def test_a_visitor_is_sent_to_sign_in(site: Site) -> None:
    assert site.get(PATH).headers["location"].startswith("/desk/sign-in?next=")
    assert site.post(PATH, GOOD).headers["location"].startswith("/desk/sign-in")


def test_a_form_of_another_page_makes_nothing(olga: Site) -> None:
    assert olga.post(PATH, {**GOOD, "csrf": "x"}).status_code == 403
    assert "обмен с сайтом" not in olga.get(PATH).text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "   "}, "name"),
        ({"name": "я" * 101}, "name"),
        ({"name": "a\tb"}, "name"),
        ({"days": "0"}, "days"),
        ({"days": "9999999999"}, "days"),
        ({"days": "-1"}, "days"),
        ({"days": "²"}, "days"),
        ({"days": ""}, "days"),
    ],
)
def test_a_wrong_field_is_told_where_it_is(olga: Site, changes: dict[str, str], field: str) -> None:
    answer = olga.send(PATH, PATH, {**GOOD, **changes})
    assert answer.status_code == 400
    assert remarks(answer.text) == []
    wrong = [one for kind in ("input", "select") for one in Page(answer.text).all(kind)]
    assert [one["id"] for one in wrong if one.get("aria-invalid")] == [field]
    assert 'id="made"' not in answer.text


@pytest.mark.parametrize("fields", [{}, {"do": "x"}, {"do": "make", "csrf": ""}])
def test_an_unknown_button_does_nothing(olga: Site, fields: dict[str, str]) -> None:
    assert olga.send(PATH, PATH, fields).status_code in (400, 403)


def test_a_token_is_shown_once_and_kept_nowhere(olga: Site) -> None:
    token = made(olga)
    page = olga.get(PATH)
    assert token not in page.text
    assert "обмен с сайтом" in page.text
    assert page.headers["cache-control"] == "private, no-store"
    with olga.work() as work:
        for table in ("token", "audit", "job"):
            assert token not in str(work.session.execute(text(f"SELECT * FROM {table}")).all())
        last = work.session.scalars(select(AuditRow).order_by(AuditRow.seq.desc())).first()
        assert last is not None
        assert (last.act, last.actor) == ("token.issue", "olga")


@pytest.mark.parametrize(
    ("scope", "statuses"), [("read", (200, 403)), ("full", (200, 201)), ("all", (200, 403))]
)
def test_a_token_may_what_was_chosen(site: Site, scope: str, statuses: tuple[int, int]) -> None:
    site.account("rita", Role.REVIEWER)
    site.sign_in("rita")
    token = made(site, scope=scope)
    site.forget()
    assert uses(site, token) == statuses


@pytest.mark.parametrize("scope", ["read", "full"])
@pytest.mark.parametrize("fields", [GOOD, {**GOOD, "scope": "full"}, {"do": "revoke"}])
def test_a_token_brings_forth_and_ends_no_others(
    olga: Site, scope: str, fields: dict[str, str]
) -> None:
    token = made(olga, scope=scope)
    inputs = Page(olga.get(PATH).text).all("input")
    jti = next(one["value"] for one in inputs if one.get("name") == "token")
    olga.forget()
    data = {**fields, "token": jti, "name": "другой"}
    assert olga.post(PATH, data, authorization=f"Bearer {token}").status_code == 403
    assert uses(olga, token)[0] == 200
    olga.sign_in("olga")
    assert "другой" not in olga.get(PATH).text


def test_an_ended_token_is_nobodys(olga: Site) -> None:
    token = made(olga)
    inputs = Page(olga.get(PATH).text).all("input")
    jti = next(one["value"] for one in inputs if one.get("name") == "token")
    answer = olga.send(PATH, PATH, {"do": "revoke", "token": jti})
    assert answer.headers["location"] == f"{PATH}?done=revoke"
    page = olga.get(answer.headers["location"]).text
    assert "Ключ доступа отозван." in page
    assert "обмен с сайтом" not in page
    olga.forget()
    assert uses(olga, token)[0] == 401


def test_nobody_sees_or_ends_the_tokens_of_others(olga: Site) -> None:
    token = made(olga)
    inputs = Page(olga.get(PATH).text).all("input")
    jti = next(one["value"] for one in inputs if one.get("name") == "token")
    olga.forget()
    with signed_in(olga, "sergey") as sergey:
        assert "обмен с сайтом" not in sergey.get(PATH).text
        for unknown in (jti, "0" * 32):
            assert sergey.send(PATH, PATH, {"do": "revoke", "token": unknown}).status_code == 404
    assert uses(olga, token)[0] == 200


@contextmanager
def signed_in(site: Site, login: str) -> Iterator[Site]:
    site.account(login, Role.OPERATOR)
    site.sign_in(login)
    yield site
    site.forget()


def test_what_ends_soon_says_so(olga: Site, clock: SetClock) -> None:
    made(olga)
    assert "скоро истечёт" not in olga.get(PATH).text
    clock.moment += timedelta(days=17)
    olga.sign_in("olga")
    assert "скоро истечёт" in olga.get(PATH).text


def test_the_page_stands_in_the_menu_and_in_english(olga: Site) -> None:
    links = Page(olga.get(PATH).text).all("a")
    assert [one["href"] for one in links if one.get("aria-current")] == [PATH]
    english = olga.get(f"/en{PATH}").text
    assert "New token" in english
    assert remarks(english) == []
