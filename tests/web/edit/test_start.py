"""The first page of the workplace: the tree with drafts, its lists, the order, without a script."""

import re

import pytest
from httpx import Response

from kb_service.base.ids import Uid
from kb_service.base.permissions import Role
from kb_service.handbook.acts import edit, sharing
from kb_service.handbook.acts.ordering import order
from kb_service.web.edit.place import address_of
from kb_service.web.edit.start import SIZE, Looked
from tests.handbook import make
from tests.service import Service
from tests.web.edit.make import come
from tests.web.people_site import Site, csrf_of
from tests.web.read import Page, remarks
from tests.web.test_desk import look

_ROW = re.compile(r'<li id="n-(\w+)" data-uid="\w+" data-number="(\d+)"')


@pytest.mark.parametrize("path", ["/edit", "/en/edit"])
def test_a_visitor_is_sent_to_sign_in(reading: Service, path: str) -> None:
    answer = look(reading, path, "")
    assert answer.status_code == 303
    assert "/desk/sign-in" in answer.headers["location"]


def test_an_operator_may_not_come_in_and_has_no_entry(reading: Service) -> None:
    assert look(reading, "/edit", "olga").status_code == 403
    assert 'href="/edit"' not in look(reading, "/desk", "olga").text


@pytest.mark.parametrize("who", ["elena", "rita", "anna"])
def test_an_editor_sees_all_that_lies_there(reading: Service, who: str) -> None:
    answer = look(reading, "/edit?open=/meters", who)
    assert answer.status_code == 200
    assert remarks(answer.text) == []
    assert "не опубликовано" in answer.text
    here = [one for one in Page(answer.text).all("a") if one.get("aria-current") == "page"]
    assert [one["href"] for one in here] == ["/edit", "/edit"]


def test_an_editor_of_one_topic_sees_its_drafts_only_and_orders_nothing_else(site: Site) -> None:
    site.account("olga", Role.OPERATOR)
    with site.work() as work:
        topics = [make.topic(work, name=name, live=True) for name in ("own", "foreign")]
        drafts = [
            make.question(work, topic, title=title, code="", live=False)
            for topic, title in zip(topics, ("Свой черновик", "Чужой черновик"), strict=True)
        ]
        make.question(work, topics[0], title="Второй свой", code="")
        sharing.share(work, topics[0], roles={("user", "olga"): [Role.EDITOR]})
    site.sign_in("olga")
    page = site.get("/edit?open=/own,/foreign")
    assert page.status_code == 200
    assert "Свой черновик" in page.text
    assert "Чужой черновик" not in page.text
    assert 'href="/edit"' in site.get("/desk").text
    # What lies on the first level is not hers to order, what lies in her topic is.
    buttons = [one["value"] for one in Page(page.text).all("button") if one.get("name") == "up"]
    assert topics[0] not in buttons
    assert drafts[0] in buttons
    csrf = csrf_of(page)
    assert site.post("/edit/order", {"csrf": csrf, "up": topics[0]}).status_code == 403
    assert site.post("/edit/order", {"csrf": csrf, "down": drafts[0]}).status_code == 303


@pytest.fixture
def rows(site: Site) -> list[Uid]:
    """A topic with four questions, before an editor who is signed in."""
    with site.work() as work:
        topic = make.topic(work)
        made = [make.question(work, topic, f"{one}?", name=one) for one in ("a", "b", "c", "d")]
    come(site, Role.EDITOR)
    return [topic, *made]


def order_of(answer: Response) -> list[str]:
    return [uid for uid, _number in _ROW.findall(answer.text)]


def press(site: Site, page: str, **fields: str) -> Response:
    """Press one of the tree's buttons and follow to where it leads."""
    shown = site.get(page)
    inputs = Page(shown.text).all("input")
    hidden = {one["name"]: one["value"] for one in inputs if one.get("type") == "hidden"}
    answer = site.post("/edit/order", {**hidden, **fields})
    assert answer.status_code == 303, answer.text
    return site.get(answer.headers["location"])


def test_a_topic_is_folded_until_somebody_unfolds_it(site: Site, rows: list[Uid]) -> None:
    folded = site.get("/edit")
    assert order_of(folded) == rows[:1]
    fold = next(one for one in Page(folded.text).all("a") if one.get("class") == "fold")
    assert fold["aria-expanded"] == "false"
    assert fold["href"] == f"/edit?open=/meters#n-{rows[0]}"
    unfolded = site.get(fold["href"])
    assert order_of(unfolded) == rows
    fold = next(one for one in Page(unfolded.text).all("a") if one.get("class") == "fold")
    assert (fold["aria-expanded"], fold["href"]) == ("true", f"/edit#n-{rows[0]}")


def test_buttons_move_a_line_and_the_page_comes_back_as_it_was(site: Site, rows: list[Uid]) -> None:
    topic, a, b, c, d = rows
    page = "/edit?open=/meters"
    assert order_of(press(site, page, up=d)) == [topic, a, b, d, c]
    assert order_of(press(site, page, down=a)) == [topic, b, a, d, c]
    assert order_of(press(site, page, uid=c, before=b)) == [topic, c, b, a, d]
    assert order_of(press(site, page, uid=c, after=a)) == [topic, b, a, c, d]
    assert order_of(press(site, page, uid=b, after=d)) == [topic, a, c, d, b]
    # Nobody waits: who reads the site sees the same.
    site.forget()
    links = re.findall(r'href="(/meters/[abcd])"', site.get("/meters").text)
    assert list(dict.fromkeys(links)) == ["/meters/a", "/meters/c", "/meters/d", "/meters/b"]


def test_the_first_line_goes_no_higher_and_the_last_no_lower(site: Site, rows: list[Uid]) -> None:
    page = site.get("/edit?in=/meters")
    off = [one for one in Page(page.text).all("button") if "disabled" in one]
    assert [(one["name"], one["value"]) for one in off] == [("up", rows[1]), ("down", rows[4])]
    assert order_of(press(site, "/edit?in=/meters", up=rows[1])) == rows[1:]


def test_an_order_of_nothing_is_refused(site: Site, rows: list[Uid]) -> None:
    csrf = csrf_of(site.get("/edit"))
    assert site.post("/edit/order", {"csrf": csrf}).status_code == 404
    assert site.post("/edit/order", {"csrf": csrf, "up": "0" * 32}).status_code == 404
    wrong = {"csrf": csrf, "uid": rows[1], "before": rows[0]}
    assert site.post("/edit/order", wrong).status_code == 400
    assert site.post("/edit/order", {"up": rows[2]}).status_code == 403


def test_a_long_topic_comes_in_pieces_and_a_line_is_followed_to_its_page(site: Site) -> None:
    with site.work() as work:
        topic = make.topic(work)
        made = [
            make.question(work, topic, f"{number:03}?", name=f"q{number:03}", live=False)
            for number in range(SIZE + 3)
        ]
    come(site, Role.EDITOR)
    tree = site.get("/edit?open=/meters")
    assert order_of(tree) == [topic, *made[:SIZE]]
    assert "ещё 3: вся тема" in tree.text
    second = site.get(f"/edit?in=/meters&start={SIZE}")
    assert order_of(second) == made[SIZE:]
    assert "Счётчики" in second.text
    back = press(site, f"/edit?in=/meters&start={SIZE}", up=made[SIZE])
    assert order_of(back)[-1] == made[SIZE]
    assert order_of(back)[0] == made[0]
    with site.work() as work:
        edit.trash(work, made[0])
        order(work, made[1])
    assert order_of(site.get(f"/edit?in=/meters&start={SIZE}"))[-1] == made[1]


def test_a_list_of_what_to_look_at_is_counted_and_comes_in_pages(
    site: Site, rows: list[Uid]
) -> None:
    answer = site.get("/edit?show=unchecked")
    assert answer.status_code == 200
    assert remarks(answer.text) == []
    assert re.search(r'aria-current="true">Непроверенные <span class="muted">4</span>', answer.text)
    assert [title for title in ("a?", "b?", "c?", "d?") if f">{title}</a>" in answer.text] == [
        "a?", "b?", "c?", "d?",
    ]  # fmt: skip
    assert site.get("/edit?show=unchecked&start=4").status_code == 200
    assert site.get("/edit?show=unchecked&start=-1").status_code == 400
    assert rows[0] not in answer.text


@pytest.mark.parametrize("query", ["in=/nowhere", "in=%00", "start=-1", "start=x"])
def test_a_place_that_is_not_there_is_refused(site: Site, rows: list[Uid], query: str) -> None:
    assert len(rows) == 5
    assert site.get(f"/edit?{query}").status_code in (400, 404)


def test_paths_that_are_not_there_unfold_nothing(site: Site, rows: list[Uid]) -> None:
    many = ",".join(f"/x{number}" for number in range(100))
    assert order_of(site.get(f"/edit?open={many},%00,meters,/meters")) == rows


def test_folding_a_topic_folds_what_is_unfolded_in_it() -> None:
    looked = Looked(opened=("/a", "/a/b", "/ab"))
    assert looked.toggled("/a").opened == ("/ab",)
    assert looked.toggled("/c").opened == ("/a", "/a/b", "/ab", "/c")


def test_no_item_hides_a_page_of_the_workplace(reading: Service) -> None:
    first = {
        route.path.split("/")[2]
        for route in reading.litestar.routes
        if route.path.startswith("/edit/") and "{" not in route.path.split("/")[2]
    }
    assert {"items", "facts", "exchange", "trash"} <= first
    for word in sorted(first):
        assert address_of("0" * 32, f"/{word}/x").startswith("/edit/items/"), word
    assert address_of("0" * 32, "/meters/x") == "/edit/meters/x"
