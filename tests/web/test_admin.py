"""Administration through the pages, on both databases."""

import re
from collections.abc import Callable

import pytest
from httpx import Response
from sqlalchemy import select

from kb_service.base.outbox import Job, JobState
from kb_service.base.permissions import Role
from kb_service.handbook import queries as handbook
from kb_service.handbook.acts import sheets
from kb_service.people import queries
from kb_service.people.acts import tokens
from kb_service.people.schemas import AuditFilter, Scope
from tests.web.people_site import BASE, PASSWORD, Site, csrf_of

UID = "0" * 32
PAGES = [
    "/admin", "/admin/users", f"/admin/users/{UID}", "/admin/company", "/admin/jobs",
    "/admin/audit", "/admin/audit?verify=1",
]  # fmt: skip
FORMS = {
    "/admin/users": {"login": "new", "name": "Н", "roles": "operator"},
    f"/admin/users/{UID}": {"do": "block"},
    "/admin/company": {"name": "Другая"},
    f"/admin/jobs/{UID}": {"do": "drop"},
}


@pytest.fixture
def anna(site: Site) -> Site:
    """A browser in which an administrator is signed in."""
    site.account("anna", Role.ADMINISTRATOR)
    site.sign_in("anna")
    return site


def one(site: Site, query: Callable[..., object], *args: object) -> object:
    with site.work() as work:
        return query(work, *args)


def view(site: Site, uid: str) -> object:
    return one(site, queries.user, uid)


def last_act(site: Site) -> tuple[str, str]:
    with site.work() as work:
        row = queries.audit_log(work, AuditFilter(), size=1).items[0]
    return row.act, row.actor


@pytest.mark.parametrize("path", PAGES)
def test_a_visitor_is_sent_to_sign_in(site: Site, path: str) -> None:
    answer = site.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/desk/sign-in?next=%2Fadmin")


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.EDITOR, Role.REVIEWER, Role.HEAD])
def test_other_employees_are_refused(site: Site, role: Role) -> None:
    site.account("olga", role)
    site.sign_in("olga")
    assert [site.get(path).status_code for path in PAGES] == [403] * len(PAGES)
    token = csrf_of(site.get("/desk/password"))
    codes = [site.post(path, {"csrf": token, **data}).status_code for path, data in FORMS.items()]
    # whether a job is there is not told to who may not see it
    assert codes == [403, 403, 403, 404]


@pytest.mark.parametrize("path", [path for path in PAGES if UID not in path])
@pytest.mark.parametrize("language", ["", "/en"])
def test_an_administrator_sees_every_page(anna: Site, path: str, language: str) -> None:
    answer = anna.get(f"{language}{path}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-store"


def test_the_overview_is_reached_by_the_menu(anna: Site) -> None:
    page = anna.get("/admin").text
    assert page.count('aria-current="page"') == 1
    assert 'href="/admin" aria-current="page"' in page
    assert 'href="/admin/users" aria-current="page"' in anna.get("/admin/users").text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"login": "ольга", "name": "О", "roles": "operator"}, "латинские буквы"),
        ({"login": "anna", "name": "О", "roles": "operator"}, "уже занято"),
        ({"login": "olga", "name": "", "roles": "operator"}, "Напишите имя."),
        ({"login": "olga", "name": "О"}, "Выберите хотя бы одну роль."),
        ({"login": "olga", "name": "О", "roles": "visitor"}, "Такой роли нет."),
        ({"login": "olga", "name": "О", "roles": "wizard"}, "Выберите хотя бы одну роль."),
    ],
)
def test_a_wrong_invitation_is_told_at_the_field(
    anna: Site, data: dict[str, str], sentence: str
) -> None:
    answer = anna.send("/admin/users", "/admin/users", data)
    assert answer.status_code == 400
    assert sentence in answer.text
    with anna.work() as work:
        assert queries.directory(work).total == 1


def invite(site: Site, **data: object) -> str:
    """Invite over the page; give the one-time link."""
    fields = {"login": "olga", "name": "Ольга <b>", "roles": ["operator", "editor"]} | data
    answer = site.send("/admin/users", "/admin/users", fields)
    assert answer.status_code == 200, answer.text
    found = re.search(rf"{BASE}(/welcome/[\w-]{{43}})", answer.text)
    assert found
    return found[1]


def test_an_invited_person_comes_in_by_the_link(anna: Site) -> None:
    path = invite(anna)
    assert last_act(anna) == ("user.invite", "anna")
    assert "Ольга &lt;b&gt;" in anna.get("/admin/users").text
    assert path not in anna.get("/admin/users").text
    anna.forget()
    assert anna.send(path, path, {"password": PASSWORD, "again": PASSWORD}).status_code == 303
    assert anna.get("/desk").status_code == 200


def change(site: Site, uid: str, do: str, **data: object) -> Response:
    path = f"/admin/users/{uid}"
    return site.send(path, path, {"do": do, **data})


def test_name_and_roles_are_saved_together(anna: Site) -> None:
    uid = anna.account("olga", Role.OPERATOR)
    answer = change(anna, uid, "save", name="Ольга Смирнова", department="Сбыт", roles=["editor"])
    assert answer.headers["location"] == f"/admin/users/{uid}?done=save"
    assert "Сохранено." in anna.get(answer.headers["location"]).text
    seen = view(anna, uid)
    assert (seen.name, seen.department, seen.roles) == ("Ольга Смирнова", "Сбыт", ["editor"])


def test_of_a_refused_form_nothing_is_saved(anna: Site) -> None:
    uid = anna.account("olga", Role.OPERATOR)
    answer = change(anna, uid, "save", name="Другое имя", email="нет", roles=["editor"])
    assert answer.status_code == 400
    assert 'value="Другое имя"' in answer.text
    answer = change(anna, uid, "save", name="Другое имя", roles=[])
    assert answer.status_code == 400
    assert (view(anna, uid).name, view(anna, uid).roles) == ("Olga", ["operator"])


def test_the_last_administrator_stays_and_is_told_why(anna: Site) -> None:
    with anna.work() as work:
        uid = queries.user_by_login(work, "anna").uid
    answer = change(anna, uid, "save", name="Анна", roles=["editor"])
    assert answer.status_code == 409
    assert "Это последний администратор." in answer.text
    assert view(anna, uid).name == "Anna"
    assert change(anna, uid, "block").status_code == 409


def test_a_person_is_blocked_and_let_in_again(anna: Site) -> None:
    uid = anna.account("olga", Role.OPERATOR)
    assert change(anna, uid, "block").status_code == 303
    assert view(anna, uid).is_blocked
    assert last_act(anna) == ("user.block", "anna")
    assert change(anna, uid, "unblock").status_code == 303
    assert not view(anna, uid).is_blocked


def test_a_link_for_a_new_password_is_shown_once(anna: Site) -> None:
    uid = anna.account("olga", Role.OPERATOR)
    answer = change(anna, uid, "reset")
    assert answer.status_code == 200
    assert f"{BASE}/welcome/" in answer.text
    assert "/welcome/" not in anna.get(f"/admin/users/{uid}").text


def test_a_token_of_a_program_is_listed_and_ended(anna: Site) -> None:
    uid = anna.account("olga", Role.OPERATOR)
    anna.forget()
    anna.sign_in("olga")
    with anna.work() as work:
        work.as_actor(queries.actor_of_session(work, anna.client.cookies["kb_session"]))
        issued = tokens.issue(work, "обмен", 30, Scope.READ, key=anna.key)
    anna.forget()
    anna.sign_in("anna")
    assert "обмен" in anna.get(f"/admin/users/{uid}").text
    assert change(anna, uid, "revoke", token=issued.jti).status_code == 303
    with anna.work() as work:
        assert queries.actor_of_token(work, issued.token, anna.key) is None


@pytest.mark.parametrize("do", ["", "delete", "save; drop"])
def test_an_unknown_button_does_nothing(anna: Site, do: str) -> None:
    uid = anna.account("olga", Role.OPERATOR)
    assert change(anna, uid, do).status_code == 400


def test_a_person_who_is_not_there(anna: Site) -> None:
    assert anna.get(f"/admin/users/{UID}").status_code == 404


CARD = {
    "name": "АО «Новый сбыт»", "short_name": "Сбыт", "phone": "8 800 000-00-00",
    "dispatch_phone": "112", "email": "vopros@example.ru", "ask_url": "/ask",
    "site_url": "https://example.ru", "offices": "Центр | ул. Мира, 1 | 9–18\nЮг",
}  # fmt: skip


def test_the_company_card_is_saved_and_shown_at_once(anna: Site) -> None:
    number = re.search(r'name="number" value="(\d+)"', anna.get("/admin/company").text)
    assert number
    data = {**CARD, "number": number[1]}
    answer = anna.send("/admin/company", "/admin/company", data)
    assert answer.headers["location"] == "/admin/company?done=save"
    page = anna.get("/admin/company").text
    assert "АО «Новый сбыт»" in page
    assert "Центр | ул. Мира, 1 | 9–18" in page
    with anna.work() as work:
        card = handbook.company(work)
        assert card["offices"][1] == {"name": "Юг", "address": "", "hours": ""}
        assert handbook.sheet(work, "company")[1] == int(number[1]) + 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("site_url", "javascript:alert(1)"),
        ("ask_url", "//evil.example"),
        ("cabinet_url", "data:text/html,x"),
        ("email", "нет"),
        ("phone", "<b>"),
        ("name", ""),
        ("offices", " | улица без названия"),
        ("region", "x" * 301),
    ],
)
def test_a_wrong_card_is_told_at_the_field(anna: Site, field: str, value: str) -> None:
    answer = anna.send("/admin/company", "/admin/company", {**CARD, field: value})
    assert answer.status_code == 400
    assert f'href="#{field}"' in answer.text
    with anna.work() as work:
        assert handbook.company(work).get("name") != CARD["name"]


def test_a_card_that_somebody_changed_meanwhile_is_not_overwritten(anna: Site) -> None:
    page = anna.get("/admin/company")
    with anna.work() as work:
        sheets.save(work, "company", "name: Соседка\n")
    number = re.search(r'name="number" value="(\d+)"', page.text)
    assert number
    data = {**CARD, "number": number[1], "csrf": csrf_of(page)}
    assert anna.post("/admin/company", data).status_code == 412
    with anna.work() as work:
        assert handbook.company(work)["name"] == "Соседка"


def failed_job(site: Site) -> str:
    with site.work() as work:
        work.later("toy.do", name="<ё>")
        work.session.flush()
        job = work.session.scalars(select(Job).where(Job.kind == "toy.do")).one()
        job.state, job.error = JobState.FAILED, "Traceback <b>"
        return job.uid


def test_a_failed_job_is_shown_and_tried_again(anna: Site) -> None:
    uid = failed_job(anna)
    page = anna.get("/admin/jobs?state=failed").text
    assert "toy.do" in page
    assert "Traceback &lt;b&gt;" in page
    answer = anna.send("/admin/jobs", f"/admin/jobs/{uid}", {"do": "again"})
    assert answer.headers["location"] == "/admin/jobs?state=failed&done=again"
    assert "Задание будет выполнено ещё раз." in anna.get(answer.headers["location"]).text
    assert "toy.do" in anna.get("/admin/jobs?state=waiting").text
    assert anna.send("/admin", f"/admin/jobs/{uid}", {"do": "drop"}).status_code == 409


def test_a_failed_job_is_given_up(anna: Site) -> None:
    uid = failed_job(anna)
    anna.send("/admin/jobs", f"/admin/jobs/{uid}", {"do": "drop"})
    assert "toy.do" not in anna.get("/admin/jobs").text
    assert last_act(anna) == ("job.drop", "anna")


def test_the_journal_is_filtered_and_verified(anna: Site) -> None:
    anna.account("olga", Role.OPERATOR)
    page = anna.get("/admin/audit?act=user.invite&actor=system").text
    assert page.count("<code>user.invite</code>") == 2
    assert "session.start" not in page
    assert "Цепочка цела" in anna.get("/admin/audit?verify=1").text
    assert anna.get("/admin/audit?day=2026-11-24&start=5").status_code == 200
    wrong = anna.get("/admin/audit?day=вчера")
    assert wrong.status_code == 200
    assert 'aria-invalid="true"' in wrong.text


def test_a_broken_chain_is_shown_with_its_place(anna: Site) -> None:
    with anna.work() as work:
        work.session.connection().exec_driver_sql("UPDATE audit SET actor = 'x' WHERE seq = 2")
    assert "2" in re.findall(r"Цепочка[^<]*", anna.get("/admin/audit?verify=1").text)[0]


@pytest.mark.parametrize("start", ["-1", "-999999", "999999", "x"])
def test_a_page_of_a_list_that_is_not_there_is_no_defect(anna: Site, start: str) -> None:
    for path in ("/admin/users", "/admin/jobs", "/admin/audit"):
        assert anna.get(f"{path}?start={start}").status_code in (200, 400)


def test_an_unknown_button_of_a_job_does_nothing(anna: Site) -> None:
    uid = failed_job(anna)
    assert anna.send("/admin/jobs", f"/admin/jobs/{uid}", {"do": "x"}).status_code == 400
    assert "toy.do" in anna.get("/admin/jobs?state=failed").text
