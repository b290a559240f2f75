"""A regulation at work: the desk asks, the page takes the word, the editor sees who has read it."""

import pytest

from kb_service.base.permissions import Role
from tests.handbook.test_regulations import regulation
from tests.web.people_site import Site
from tests.web.read import remarks

PAGE = "/poriadok-otvetov"


def made(site: Site) -> str:
    with site.work() as work:
        return regulation(work)


def test_a_visitor_reads_it_and_is_asked_for_nothing(site: Site) -> None:
    made(site)
    page = site.get(PAGE)
    assert page.status_code == 200
    assert "действует с 1 декабря 2026" in page.text
    assert "Ознакомлен" not in page.text


def test_a_visitor_cannot_say_that_they_have_read_it(site: Site) -> None:
    uid = made(site)
    answer = site.post("/desk/regulations", {"uid": uid, "revision": "x"})
    assert answer.status_code in (303, 401, 403)
    assert site.get(f"/edit/acknowledged/{uid}").status_code == 303


def test_the_desk_asks_until_the_word_is_given(site: Site) -> None:
    uid = made(site)
    site.account("olga", Role.OPERATOR)
    site.sign_in("olga")
    assert f'href="{PAGE}"' in site.get("/desk").text
    page = site.get(PAGE)
    assert remarks(page.text) == []
    revision = page.text.split('name="revision" value="')[1][:32]
    answer = site.send(PAGE, "/desk/regulations", {"uid": uid, "revision": revision})
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)
    assert "Вы ознакомились с этой версией" in site.get(PAGE).text
    assert f'href="{PAGE}"' not in site.get("/desk").text
    assert site.get(f"/edit/acknowledged/{uid}").status_code == 403


def test_another_version_meanwhile_is_told(site: Site) -> None:
    uid = made(site)
    site.account("olga", Role.OPERATOR)
    site.sign_in("olga")
    answer = site.send(PAGE, "/desk/regulations", {"uid": uid, "revision": "0" * 32})
    assert answer.status_code == 409
    assert "вышла другая версия" in answer.text


@pytest.mark.parametrize("who", ["elena", "rita"])
def test_an_editor_sees_who_has_read_it(site: Site, who: str) -> None:
    uid = made(site)
    site.account(who, Role.EDITOR)
    site.sign_in(who)
    page = site.get(f"/edit/acknowledged/{uid}")
    assert page.status_code == 200
    assert remarks(page.text) == []
    assert who.title() in page.text
