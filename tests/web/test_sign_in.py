"""Signing in through the pages: refused first, then in, then out. On both databases."""

from datetime import timedelta

import pytest
from httpx import Response

from kb_service.base.permissions import Role
from kb_service.people.acts import accounts
from kb_service.people.queries import sessions
from kb_service.web.forms import own_path
from tests.web.people_site import BASE, PASSWORD, Site, csrf_of

COOKIE = "kb_session"
NEW = "другая скоба лошади"
SIGN_IN = "/desk/sign-in"


def location(answer: Response) -> str:
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


@pytest.mark.parametrize(
    ("login", "password"),
    [("olga", "wrong"), ("nobody", PASSWORD), ("", ""), ("olga\0", "\0"), ("olga", "x" * 5000)],
)
def test_a_wrong_password_is_told_on_the_page(site: Site, login: str, password: str) -> None:
    site.account("olga", Role.OPERATOR)
    answer = site.sign_in(login, password)
    assert answer.status_code == 401
    assert COOKIE not in answer.cookies
    assert "Имя или пароль не подходит." in answer.text
    assert answer.headers["cache-control"] == "private, no-store"


def test_the_typed_login_stays_and_the_password_does_not(site: Site) -> None:
    answer = site.sign_in('"><script>', "wrong-password")
    assert "&#34;&gt;&lt;script&gt;" in answer.text
    assert "<script>" not in answer.text
    assert "wrong-password" not in answer.text


def test_after_ten_guesses_one_must_wait(site: Site) -> None:
    site.account("olga", Role.OPERATOR)
    answers = [site.sign_in("olga", "wrong") for _ in range(10)]
    assert [answer.status_code for answer in answers] == [401] * 10
    assert "Осталось 4 попытки." in answers[5].text
    refused = site.sign_in("olga")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["retry-after"]) <= 900
    assert "Попробуйте снова через 15 минут" in refused.text
    site.house.clock.moment += timedelta(minutes=16)  # type: ignore[attr-defined]
    assert site.sign_in("olga").status_code == 303


def test_a_session_cookie_is_out_of_reach(site: Site) -> None:
    site.account("olga", Role.OPERATOR)
    answer = site.sign_in("olga")
    assert location(answer) == "/desk"
    cookie = answer.headers["set-cookie"].lower()
    assert cookie.startswith("kb_session=")
    assert {"httponly", "secure", "samesite=lax", "path=/"} <= set(cookie.split("; "))
    assert "max-age" not in cookie


def test_who_is_signed_in_goes_on(site: Site) -> None:
    site.account("olga", Role.OPERATOR)
    site.sign_in("olga")
    assert site.get("/desk").status_code == 200
    assert location(site.get(f"{SIGN_IN}?next=/admin")) == "/admin"


def test_a_stale_cookie_does_not_keep_one_out(site: Site) -> None:
    site.account("olga", Role.OPERATOR)
    site.sign_in("olga")
    site.house.clock.moment += timedelta(hours=13)  # type: ignore[attr-defined]
    assert location(site.get("/desk")).startswith(SIGN_IN)
    assert "Сеанс закончился" in site.get(SIGN_IN).text
    assert site.sign_in("olga").status_code == 303
    assert site.get("/desk").status_code == 200


def test_one_is_sent_to_sign_in_and_back(site: Site) -> None:
    site.account("anna", Role.ADMINISTRATOR)
    there = location(site.get("/admin/users?q=ol"))
    assert there == f"{SIGN_IN}?next=%2Fadmin%2Fusers%3Fq%3Dol"
    assert 'name="next" value="/admin/users?q=ol"' in site.get(there).text
    assert location(site.sign_in("anna", next_path="/admin/users?q=ol")) == "/admin/users?q=ol"


FOREIGN = [
    "https://evil.example", "http://evil.example", "//evil.example", "///evil.example",
    "/\\evil.example", "\\\\evil.example", "\\/evil.example", "/\t/evil.example",
    "/\n/evil.example", "\t//evil.example", " //evil.example", " https://evil.example",
    "\x00//evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x",
    "evil.example", "//evil.example/desk", "/%09/evil.example\r\nSet-Cookie: a=b",
    "/desk\r\nLocation: https://evil.example", "http:/evil.example", "http:evil.example",
    "https:\\\\evil.example", "/ /evil.example", "/\u00a0/evil.example", "\ufeff//evil.example",
    "/\x7f/evil.example", "?x=//evil.example", "#//evil.example", "",
    "/" + "a" * 3000, "ftp://evil.example", "//%65vil.example", "/\\/evil.example",
    "/\x0b/evil.example", "/\x85/evil.example",
    "//[::1]", "//user@evil.example", "////", "/\\",
]  # fmt: skip


@pytest.mark.parametrize("path", FOREIGN, ids=ascii)
def test_one_never_goes_on_to_another_site(path: str) -> None:
    assert own_path(path) == "/desk"


@pytest.mark.parametrize(
    "path", ["/", "/desk", "/admin/users?q=ол&start=25", "/a/b#c", "/x?next=https://evil.example"]
)
def test_one_goes_on_within_the_site(path: str) -> None:
    assert own_path(path) == path


@pytest.mark.parametrize("path", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_the_answer_never_leads_elsewhere(site: Site, path: str) -> None:
    site.account("olga", Role.OPERATOR)
    assert "evil" not in site.get(SIGN_IN, referer="").text
    assert location(site.sign_in("olga", next_path=path)) == "/desk"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        pytest.param({"origin": "https://evil.example"}, 403, id="another site"),
        pytest.param({"origin": "null"}, 403, id="a frame without origin"),
        pytest.param({"origin": "", "referer": "https://evil.example/x"}, 403, id="by referer"),
        pytest.param({"origin": ""}, 403, id="nobody says from where"),
        pytest.param({"sec_fetch_site": "cross-site"}, 403, id="the browser says so"),
        pytest.param({"sec_fetch_site": "same-site"}, 403, id="a sister site"),
        pytest.param({"origin": f"{BASE}.evil.example"}, 403, id="a longer name"),
        pytest.param({"origin": BASE}, 303, id="our page"),
        pytest.param({"sec_fetch_site": "same-origin"}, 303, id="our page, says the browser"),
        pytest.param({"origin": "", "referer": f"{BASE}/desk/sign-in"}, 303, id="our referer"),
    ],
)
def test_nobody_is_signed_in_by_another_site(
    site: Site, headers: dict[str, str], status: int
) -> None:
    site.account("olga", Role.OPERATOR)
    data = {"csrf": csrf_of(site.get(SIGN_IN)), "login": "olga", "password": PASSWORD}
    assert site.post(SIGN_IN, data, **headers).status_code == status


@pytest.mark.parametrize("token", ["", "x", "1.2.3", "1764000000.x.y", "." * 10, "9" * 5000])
def test_a_sign_in_without_our_token_is_refused(site: Site, token: str) -> None:
    site.account("olga", Role.OPERATOR)
    data = {"csrf": token, "login": "olga", "password": PASSWORD}
    assert site.post(SIGN_IN, data).status_code == 403


def test_a_form_that_lay_for_a_day_is_told_so(site: Site) -> None:
    site.account("olga", Role.OPERATOR)
    data = {"csrf": csrf_of(site.get(SIGN_IN)), "login": "olga", "password": PASSWORD}
    site.house.clock.moment += timedelta(days=1)  # type: ignore[attr-defined]
    answer = site.post(SIGN_IN, data)
    assert answer.status_code == 403
    assert "Форма устарела." in answer.text


CHANGES = [
    ("/desk/sign-out", {}),
    ("/desk/password", {"old": PASSWORD, "password": NEW, "again": NEW}),
    ("/admin/users", {"login": "new", "name": "Н", "roles": "operator"}),
    ("/admin/company", {"name": "Другая"}),
    ("/api/@logout", {}),
    ("/helped", {"uid": "0" * 32, "helped": "yes"}),
]


@pytest.mark.parametrize(("path", "data"), CHANGES, ids=lambda value: str(value)[:20])
@pytest.mark.parametrize("token", ["none", "wrong", "of another session"])
def test_no_change_is_made_without_the_session_s_token(
    site: Site, path: str, data: dict[str, str], token: str
) -> None:
    site.account("anna", Role.ADMINISTRATOR)
    site.sign_in("anna")
    other = csrf_of(site.get("/desk/password"))
    site.forget()
    site.sign_in("anna")
    given = {"none": {}, "wrong": {"csrf": "x"}, "of another session": {"csrf": other}}[token]
    answer = site.post(path, {**data, **given})
    assert answer.status_code == 403
    assert site.get("/admin").status_code == 200


def test_a_script_may_send_the_token_in_a_header(site: Site) -> None:
    site.account("olga", Role.OPERATOR)
    site.sign_in("olga")
    token = csrf_of(site.get("/desk/password"))
    assert site.post("/desk/sign-out", x_csrf_token=token).status_code == 303


def test_signing_out_ends_the_session(site: Site) -> None:
    uid = site.account("olga", Role.OPERATOR)
    site.sign_in("olga")
    secret = site.client.cookies[COOKIE]
    assert location(site.send("/desk/password", "/desk/sign-out")) == "/"
    assert COOKIE not in site.client.cookies
    site.client.cookies.set(COOKIE, secret)
    assert location(site.get("/desk")).startswith(SIGN_IN)
    with site.work() as work:
        assert len(sessions(work, uid)) == 1  # the one in which the password was set


def test_a_visitor_who_signs_out_is_shown_the_first_page(site: Site) -> None:
    assert location(site.post("/desk/sign-out")) == "/"


def test_a_form_in_english_speaks_english(site: Site) -> None:
    site.account("olga", Role.OPERATOR)
    data = {"csrf": csrf_of(site.get(f"/en{SIGN_IN}")), "login": "olga", "password": "wrong"}
    assert "The login or the password is not right." in site.post(f"/en{SIGN_IN}", data).text
    data["password"] = PASSWORD
    assert location(site.post(f"/en{SIGN_IN}", data)) == "/en/desk"


def link_of(site: Site, uid: str) -> str:
    with site.work() as work:
        return f"/welcome/{accounts.make_link(work, uid).secret}"


def test_a_one_time_link_sets_the_password_and_signs_in(site: Site) -> None:
    uid = site.account("olga", Role.OPERATOR, password="")
    path = link_of(site, uid)
    page = site.get(path)
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "private, no-store"
    assert location(site.send(path, path, {"password": NEW, "again": NEW})) == "/desk"
    assert site.get("/desk").status_code == 200
    site.forget()
    again = site.get(path)
    assert again.status_code == 410
    assert "Ссылка уже использована или истекла" in again.text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"password": "мало", "again": "мало"}, "нужно не меньше 10 знаков"),
        ({"password": NEW, "again": "иное"}, "Пароли не совпадают."),
        ({"password": "1234567890", "again": "1234567890"}, "Этот пароль слишком известен"),
        ({}, "нужно не меньше 10 знаков"),
    ],
)
def test_a_password_that_will_not_do_leaves_the_link(
    site: Site, data: dict[str, str], sentence: str
) -> None:
    path = link_of(site, site.account("olga", Role.OPERATOR, password=""))
    answer = site.send(path, path, data)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert site.send(path, path, {"password": NEW, "again": NEW}).status_code == 303


def test_a_link_of_nobody_is_gone(site: Site) -> None:
    assert site.get("/welcome/nothing").status_code == 410


def test_one_changes_the_own_password(site: Site) -> None:
    site.account("olga", Role.OPERATOR)
    site.sign_in("olga")
    page = "/desk/password"
    wrong = site.send(page, page, {"old": "wrong", "password": NEW, "again": NEW})
    assert wrong.status_code == 400
    assert "Старый пароль не подходит." in wrong.text
    changed = site.send(page, page, {"old": PASSWORD, "password": NEW, "again": NEW})
    assert location(changed) == "/desk"
    assert site.get("/desk").status_code == 200
    site.forget()
    assert site.sign_in("olga").status_code == 401
    assert site.sign_in("olga", NEW).status_code == 303


def test_a_visitor_has_no_password_page(site: Site) -> None:
    assert location(site.get("/desk/password")).startswith(SIGN_IN)


def test_a_blocked_person_is_out_with_the_next_click(site: Site) -> None:
    uid = site.account("olga", Role.OPERATOR)
    site.sign_in("olga")
    with site.work() as work:
        accounts.block(work, uid)
    assert location(site.get("/desk")).startswith(SIGN_IN)


def test_without_a_demonstration_the_page_shows_no_accounts(site: Site) -> None:
    assert "демонстрация" not in site.get(SIGN_IN).text


def test_two_new_passwords_that_differ_are_told(site: Site) -> None:
    site.account("olga", Role.OPERATOR)
    site.sign_in("olga")
    data = {"old": PASSWORD, "password": NEW, "again": "иное"}
    answer = site.send("/desk/password", "/desk/password", data)
    assert answer.status_code == 400
    assert "Пароли не совпадают." in answer.text


def test_a_form_of_a_link_that_was_used_meanwhile_is_told_so(site: Site) -> None:
    path = link_of(site, site.account("olga", Role.OPERATOR, password=""))
    data = {"csrf": csrf_of(site.get(path)), "password": NEW, "again": NEW}
    assert site.post(path, data).status_code == 303
    site.forget()
    assert site.post(path, data).status_code == 410
