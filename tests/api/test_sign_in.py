"""@login, @login-renew, @logout and HTTP basic, as Plone's clients use them."""

import base64
from datetime import timedelta

import pytest
from httpx import Response

from kb_service.base.permissions import Role
from kb_service.people import queries
from kb_service.people.acts import accounts
from tests.web.conftest import apps, site
from tests.web.people_site import PASSWORD, Site

__all__ = ["apps", "site"]

NOBODY = ""
JSON = {"accept": "application/json"}


@pytest.fixture(autouse=True)
def _olga(site: Site) -> None:
    site.account("olga", Role.OPERATOR)


def call(
    site: Site, service: str, json: object = None, token: str = NOBODY, prefix: str = "/api"
) -> Response:
    headers = {**JSON, "authorization": f"Bearer {token}"} if token else JSON
    return site.client.post(f"{prefix}/{service}", json=json, headers=headers)


def login(site: Site, password: str = PASSWORD) -> str:
    answer = call(site, "@login", {"login": "olga", "password": password})
    assert answer.status_code == 200, answer.text
    return answer.json()["token"]


def may_see_staff(site: Site, token: str) -> int:
    headers = {**JSON, "authorization": f"Bearer {token}"}
    return site.client.get("/api/@answers?q=x&audience=staff", headers=headers).status_code


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ({"login": "olga", "password": "wrong"}, 401, "Invalid credentials"),
        ({"login": "nobody", "password": PASSWORD}, 401, "Invalid credentials"),
        ({"login": "olga"}, 400, "Missing credentials"),
        ({"password": PASSWORD}, 400, "Missing credentials"),
        ({}, 400, "Missing credentials"),
    ],
)
def test_a_failed_login_answers_in_plone_s_shape(
    site: Site, body: dict[str, str], status: int, kind: str
) -> None:
    answer = call(site, "@login", body)
    assert answer.status_code == status
    assert list(answer.json()) == ["error"]
    assert answer.json()["error"]["type"] == kind
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize("body", [{"login": 1, "password": []}, [], "x", None])
def test_a_body_that_cannot_be_is_refused(site: Site, body: object) -> None:
    assert call(site, "@login", body).status_code == 400


def test_after_ten_guesses_one_must_wait(site: Site) -> None:
    answers = [call(site, "@login", {"login": "olga", "password": "x"}) for _ in range(11)]
    assert [answer.status_code for answer in answers] == [401] * 10 + [429]
    assert 0 < int(answers[-1].headers["retry-after"]) <= 900
    assert answers[-1].json()["code"] == "session.too_many"


@pytest.mark.parametrize("prefix", ["/api", "/++api++", ""])
def test_a_token_opens_what_its_owner_may_see(site: Site, prefix: str) -> None:
    answer = call(site, "@login", {"login": "OLGA", "password": PASSWORD, "x": 1}, prefix=prefix)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "set-cookie" not in answer.headers
    assert may_see_staff(site, answer.json()["token"]) == 200


def test_a_renewed_token_goes_on(site: Site) -> None:
    old = login(site)
    new = call(site, "@login-renew", token=old).json()["token"]
    site.house.clock.moment += timedelta(minutes=2)  # type: ignore[attr-defined]
    assert [may_see_staff(site, token) for token in (old, new)] == [401, 200]


@pytest.mark.parametrize("token", ["", "x", "a.b.c"])
def test_without_a_token_nothing_is_renewed(site: Site, token: str) -> None:
    assert call(site, "@login-renew", token=token).status_code == 401
    assert call(site, "@logout", token=token).status_code == 401


def test_after_the_logout_the_token_is_refused(site: Site) -> None:
    token = login(site)
    assert call(site, "@logout", token=token).status_code == 204
    assert may_see_staff(site, token) == 401


def test_a_blocked_person_s_token_ends_at_once(site: Site) -> None:
    token = login(site)
    with site.work() as work:
        accounts.block(work, queries.user_by_login(work, "olga").uid)
    assert may_see_staff(site, token) == 401


def basic(login: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{login}:{password}".encode()).decode()


@pytest.mark.parametrize(
    ("authorization", "status"),
    [
        pytest.param(basic("olga", PASSWORD), 200, id="right"),
        pytest.param(basic("olga", "wrong"), 401, id="wrong"),
        pytest.param("Basic !!!", 401, id="no base64"),
        pytest.param("Basic " + base64.b64encode(b"\xff\xfe").decode(), 401, id="no text"),
        pytest.param("Basic", 401, id="empty"),
        pytest.param("Bearer", 401, id="no token"),
        pytest.param("Negotiate x", 401, id="unknown scheme is a visitor"),
    ],
)
def test_a_password_with_the_call(site: Site, authorization: str, status: int) -> None:
    headers = {**JSON, "authorization": authorization}
    answer = site.client.get("/api/@answers?q=x&audience=staff", headers=headers)
    assert answer.status_code == status


def test_a_password_with_a_writing_call(site: Site) -> None:
    headers = {**JSON, "authorization": basic("olga", PASSWORD)}
    body = {"@type": "Document", "title": "x"}
    assert site.client.post("/api", json=body, headers=headers).status_code == 403
