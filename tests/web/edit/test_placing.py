"""Where an item lies: moved, renamed, copied, thrown away and brought back by forms alone."""

import pytest
from httpx import Response

from kb_service.base.ids import Uid
from kb_service.base.permissions import Role
from kb_service.handbook import queries
from kb_service.handbook.acts import edit
from kb_service.handbook.tables import Item
from tests.handbook import make
from tests.web.edit.make import come, errors_at, form_of
from tests.web.people_site import Site, csrf_of
from tests.web.read import remarks


@pytest.fixture
def uids(site: Site) -> dict[str, Uid]:
    """Two topics, a question in the first, and one that leads to it."""
    with site.work() as work:
        meters, other = make.topic(work), make.topic(work, "Другая", "other")
        uid = make.question(work, meters, "Кто меняет?", name="kto", code="M01")
        text = make.question_text("Откуда?", related=["/meters/kto"])
        source = edit.create(work, other, text, name="otkuda")
    return {"meters": meters, "other": other, "kto": uid, "source": source}


def send(site: Site, uid: str, do: str, **fields: str) -> Response:
    page = f"/edit/items/{uid}/place"
    return site.send(page, page, {"do": do, **fields})


def path_of(site: Site, uid: str) -> str:
    with site.work() as work:
        return work.session.get_one(Item, uid).path


@pytest.mark.parametrize("path", ["/edit/items/{}/place", "/edit/trash", "/edit/trash/{}"])
def test_who_writes_nowhere_comes_to_none_of_this(
    site: Site, uids: dict[str, Uid], path: str
) -> None:
    assert site.get(path.format(uids["kto"])).status_code == 303
    come(site, Role.OPERATOR, "olga")
    assert site.get(path.format(uids["kto"])).status_code == 403
    csrf = csrf_of(site.get("/desk/tokens"))
    if path != "/edit/trash":
        sent = site.post(path.format(uids["kto"]), {"csrf": csrf, "do": "trash"})
        assert sent.status_code == 403
    assert path_of(site, uids["kto"]) == "/meters/kto"


def test_the_page_says_what_will_happen(site: Site, uids: dict[str, Uid]) -> None:
    come(site, Role.EDITOR)
    page = site.get(f"/edit/items/{uids['kto']}/place")
    assert remarks(page.text) == []
    assert "/meters/kto" in page.text
    assert "1 текст ссылается сюда" in page.text
    assert "Откуда?" in page.text
    topic = site.get(f"/edit/items/{uids['meters']}/place").text
    assert "Вместе с темой переедет 1 материал." in topic
    # A topic cannot go into itself, so it is no choice.
    assert f'value="{uids["other"]}"' in topic
    assert f'value="{uids["meters"]}"' not in topic
    with site.work() as work:
        root = queries.card_at(work, "/").uid
    assert "Корень справочника остаётся" in site.get(f"/edit/items/{root}/place").text


@pytest.mark.parametrize(
    ("fields", "field", "status"),
    [
        ({"name": "не то"}, "name", 400),
        ({"name": ""}, "", 303),
        ({"name": "otkuda"}, "name", 409),
        ({"name": "index"}, "name", 400),
        ({"parent": "kto"}, "parent", 400),
    ],
)
def test_a_move_that_cannot_be_is_told_at_the_field(
    site: Site, uids: dict[str, Uid], fields: dict[str, str], field: str, status: int
) -> None:
    come(site, Role.EDITOR)
    wanted = {"parent": uids["other"], "name": "kto", **fields}
    if wanted["parent"] in uids:
        wanted["parent"] = uids["source"]
    answer = send(site, uids["kto"], "move", **wanted)
    assert answer.status_code == status
    assert set(errors_at(answer)) == ({field} if field else set())
    assert path_of(site, uids["kto"]) == ("/meters/kto" if field else "/other/kto")


def test_what_is_moved_is_found_at_its_old_address(site: Site, uids: dict[str, Uid]) -> None:
    come(site, Role.EDITOR)
    answer = send(site, uids["kto"], "move", parent=uids["other"], name="kto-meniaet")
    assert answer.headers["location"] == f"/edit/items/{uids['kto']}/place?done=move"
    shown = site.get(answer.headers["location"])
    assert "Прежний адрес ведёт на новый" in shown.text
    assert path_of(site, uids["kto"]) == "/other/kto-meniaet"
    again = send(site, uids["kto"], "move", parent=uids["other"], name="kto-meniaet")
    assert again.headers["location"].endswith("?done=same")
    site.forget()
    old = site.get("/meters/kto")
    assert (old.status_code, old.headers["location"]) == (301, "/other/kto-meniaet")


def test_a_copy_is_private_and_opens_at_once(site: Site, uids: dict[str, Uid]) -> None:
    come(site, Role.EDITOR)
    answer = send(site, uids["kto"], "copy", parent=uids["meters"], name="kto")
    assert answer.headers["location"] == "/edit/meters/kto-1?done=copy"
    page = site.get(answer.headers["location"])
    assert "Это копия" in page.text
    assert form_of(page)["code"] == ""
    named = send(site, uids["kto"], "copy", parent=uids["other"], name="drugoi")
    assert named.headers["location"] == "/edit/other/drugoi?done=copy"


def test_what_is_thrown_away_comes_back_with_what_lay_in_it(
    site: Site, uids: dict[str, Uid]
) -> None:
    come(site, Role.EDITOR)
    answer = send(site, uids["meters"], "trash", comment="повтор")
    assert answer.headers["location"] == "/edit/trash?done=trash"
    page = site.get(answer.headers["location"])
    assert remarks(page.text) == []
    for words in ("Счётчики", "/meters", "elena", "повтор", "вместе с ним 1 материал"):
        assert words in page.text
    assert site.get("/edit/meters").status_code == 404
    back = site.post(f"/edit/trash/{uids['meters']}", {"csrf": csrf_of(page)})
    assert back.headers["location"] == "/edit/meters?done=untrash"
    assert "Материал возвращён" in site.get(back.headers["location"]).text
    assert path_of(site, uids["kto"]) == "/meters/kto"
    assert "Корзина пуста" in site.get("/edit/trash").text


def test_what_lost_its_topic_or_its_name_comes_back_elsewhere(
    site: Site, uids: dict[str, Uid]
) -> None:
    come(site, Role.EDITOR)
    send(site, uids["kto"], "trash")
    send(site, uids["meters"], "trash")
    address = f"/edit/trash/{uids['kto']}"
    page = site.get("/edit/trash")
    assert f'action="{address}"' not in page.text
    refused = site.post(address, {"csrf": csrf_of(page)})
    assert refused.status_code == 409
    assert set(errors_at(refused)) == {"parent"}
    form = site.get(address)
    assert remarks(form.text) == []
    taken = site.send(address, address, {"parent": uids["other"], "name": "otkuda"})
    assert taken.status_code == 409
    assert set(errors_at(taken)) == {"name"}
    back = site.send(address, address, {"parent": uids["other"], "name": "kto"})
    assert back.headers["location"] == "/edit/other/kto?done=untrash"
    assert site.get(f"/edit/trash/{uids['kto']}").status_code == 404
