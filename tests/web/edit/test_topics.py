"""A topic as a whole over HTTP: refused, told, done; every address from before leads on."""

from html import unescape

import pytest

from kb_service.base.permissions import Role
from kb_service.handbook.acts import sharing
from tests.handbook import make
from tests.web.edit.make import come, errors_at
from tests.web.people_site import Site
from tests.web.read import remarks

Tree = dict[str, str]


@pytest.fixture
def tree(site: Site) -> Tree:
    with site.work() as work:
        a, b = make.topic(work, "Счётчики", "a"), make.topic(work, "Приборы", "b")
        return {
            "a": a, "b": b,
            "one": make.question(work, a, "Один?", name="kto"),
            "two": make.question(work, a, "Два?", name="dva"),
            "other": make.question(work, b, "Другой?", name="kto"),
        }  # fmt: skip


def page_of(uid: str) -> str:
    return f"/edit/items/{uid}/topic"


def shown(site: Site, path: str) -> tuple[int, str]:
    """Give where an address leads at last, and its status there."""
    answer = site.get(path)
    for _ in range(3):
        if answer.status_code != 301:
            break
        path = answer.headers["location"].removeprefix("https://help.example")
        answer = site.get(path)
    return answer.status_code, path


@pytest.mark.parametrize("role", [None, Role.OPERATOR])
def test_it_is_for_editors(site: Site, tree: Tree, role: Role | None) -> None:
    if role:
        come(site, role, "olga")
    assert site.get(page_of(tree["a"])).status_code == (403 if role else 303)


def test_what_is_no_topic_has_no_such_page(site: Site, tree: Tree) -> None:
    come(site, Role.EDITOR)
    assert site.get(page_of(tree["one"])).status_code == 400
    assert site.get(page_of("0" * 32)).status_code == 404


def test_the_page_is_good_html_and_the_document_leads_to_it(site: Site, tree: Tree) -> None:
    come(site, Role.EDITOR)
    page = site.get(page_of(tree["a"]))
    assert remarks(page.text) == []
    assert "внутри 2 материала" in page.text
    assert f'href="{page_of(tree["a"])}"' in site.get("/edit/a").text
    assert f'href="{page_of(tree["one"])}"' not in site.get("/edit/a/kto").text


def test_a_merge_is_told_before_and_every_address_leads_on_after(site: Site, tree: Tree) -> None:
    before = {path: shown(site, path) for path in ("/a", "/a/kto", "/a/dva", "/b", "/b/kto")}
    assert before == {path: (200, path) for path in before}
    come(site, Role.REVIEWER)
    told = site.get(f"{page_of(tree['a'])}?into={tree['b']}")
    assert remarks(told.text) == []
    assert "/a/kto → /b/kto-1" in unescape(told.text)
    data = {"do": "merge", "into": tree["b"]}
    answer = site.send(page_of(tree["a"]), page_of(tree["a"]), data)
    assert answer.headers["location"] == f"{page_of(tree['b'])}?done=merge"
    assert "Тема вошла сюда" in site.get(answer.headers["location"]).text
    site.forget()
    assert {path: shown(site, path) for path in before} == {
        "/a": (200, "/b"),
        "/a/kto": (200, "/b/kto-1"),
        "/a/dva": (200, "/b/dva"),
        "/b": (200, "/b"),
        "/b/kto": (200, "/b/kto"),
    }
    assert "Один?" in site.get("/b/kto-1").text


def test_local_roles_are_told(site: Site, tree: Tree) -> None:
    site.account("petr", Role.OPERATOR)
    with site.work() as work:
        sharing.share(work, tree["a"], roles={("user", "petr"): ["editor"]})
    come(site, Role.REVIEWER)
    told = site.get(f"{page_of(tree['a'])}?into={tree['b']}")
    assert remarks(told.text) == []
    assert "Местные роли этой темы закончатся вместе с ней" in told.text
    assert "petr" in told.text
    assert 'name="roles"' in told.text


def test_a_merge_into_itself_is_told_at_the_field(site: Site, tree: Tree) -> None:
    come(site, Role.REVIEWER)
    told = site.get(f"{page_of(tree['a'])}?into={tree['a']}")
    assert told.status_code == 400
    assert "саму себя" in errors_at(told)["into"]
    data = {"do": "merge", "into": tree["a"]}
    assert site.send(page_of(tree["a"]), page_of(tree["a"]), data).status_code == 400
    assert site.send(page_of(tree["a"]), page_of(tree["a"]), {"do": "x"}).status_code == 400


def test_some_of_it_becomes_a_topic_and_addresses_lead_on(site: Site, tree: Tree) -> None:
    come(site, Role.REVIEWER)
    path = page_of(tree["a"])
    refused = site.send(path, path, {"do": "split", "title": "Новая"})
    assert refused.status_code == 400
    assert "Отметьте" in errors_at(refused)["child"]
    assert 'value="Новая"' in refused.text
    assert remarks(refused.text) == []
    nameless = site.send(path, path, {"do": "split", "title": " ", "child": tree["one"]})
    assert "title" in errors_at(nameless)
    made = site.send(path, path, {"do": "split", "title": "Новая", "child": tree["one"]})
    assert made.status_code == 303
    assert "Новая тема готова" in site.get(made.headers["location"]).text
    site.forget()
    assert shown(site, "/a/kto") == (200, "/novaia/kto")
    assert shown(site, "/a/dva") == (200, "/a/dva")
    assert "Один?" in site.get("/novaia").text
