"""Files into the text: refused by their bytes first, then an item beside the document."""

import io
from datetime import timedelta
from typing import Any

import pytest
from httpx import Response
from PIL import Image
from sqlalchemy import select

from kb_service.base.clock import SetClock
from kb_service.base.ids import Uid
from kb_service.base.outbox import Job
from kb_service.base.permissions import Role
from kb_service.handbook import queries
from tests.web.edit.make import come, errors_at, form_of, question, send, view
from tests.web.people_site import BASE, Site

PATH = "/edit/meters/kto"
JSON = "application/json"


def picture(kind: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 3), "teal").save(out, kind)
    return out.getvalue()


@pytest.fixture
def uid(site: Site) -> Uid:
    made = question(site, live=False)
    come(site, Role.EDITOR)
    return made


def bring(site: Site, name: str, data: bytes, *, path: str = PATH, **more: str) -> Response:
    fields = form_of(site.get(path)) | more
    return post(site, "/edit/files", fields, name, data)


def post(site: Site, path: str, fields: dict[str, str], name: str, data: bytes) -> Response:
    files: Any = {"upload": (name, data, "application/octet-stream")}
    headers = {"origin": BASE, "accept": JSON}
    return site.client.post(path, data=fields, files=files, headers=headers, follow_redirects=False)


def paths(site: Site) -> list[str]:
    with site.work() as work:
        return [card.path for card in queries.children(work, "/meters")]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.svg", b"<svg onload=alert(1)>", "не принимаются"),
        ("a.html", b"<script>1</script>", "не принимаются"),
        ("a.png", b"<script>1</script>", "повреждён"),
        ("a.pdf", b"nothing", "не принимаются"),
        ("a.docx", b"PK", "повреждён"),
    ],
)
def test_what_is_no_file_of_ours_is_refused(
    site: Site, uid: Uid, name: str, data: bytes, words: str
) -> None:
    answer = bring(site, name, data)
    assert answer.status_code == 400
    assert words in answer.json()["problem"]
    assert paths(site) == ["/meters/kto"]


def test_who_may_not_write_brings_nothing(site: Site) -> None:
    made = question(site)
    assert post(site, "/edit/files", {"uid": made}, "a.png", picture()).status_code in (303, 401)
    come(site, Role.OPERATOR, "olga")
    token = form_of(site.get("/desk/password"), "/desk/password")["csrf"]
    fields = {"uid": made, "csrf": token}
    assert post(site, "/edit/files", fields, "a.png", picture()).status_code == 403
    assert paths(site) == ["/meters/kto"]


@pytest.mark.parametrize(
    ("name", "data", "link"),
    [
        ("Схема счётчика.PNG", picture(), "![Схема счётчика](/meters/skhema-schetchika.png)"),
        ("snimok.gif", picture("GIF"), "![snimok](/meters/snimok.gif)"),
        ("../../etc/Прайс [2].csv", b"a;b\n", "[Прайс \\[2\\]](/meters/prais-2.csv)"),
    ],
)
def test_a_file_becomes_an_item_of_the_topic(
    site: Site, uid: Uid, name: str, data: bytes, link: str
) -> None:
    answer = bring(site, name, data)
    assert answer.json() == {"link": link}
    path = link.rsplit("(", 1)[1].rstrip(")")
    assert path in paths(site)
    assert site.get(f"{path}/@@download").status_code == 200
    site.forget()
    assert site.get(f"{path}/@@download").status_code == 404


def test_the_same_name_twice_makes_two(site: Site, uid: Uid) -> None:
    links = [bring(site, "a.png", picture()).json()["link"] for _ in range(2)]
    assert links == ["![a](/meters/a.png)", "![a](/meters/a-1.png)"]
    new = bring(site, "b.png", picture(), path="/edit/new?parent=/meters")
    assert new.json()["link"] == "![b](/meters/b.png)"


def test_without_a_script_the_form_brings_the_file_and_keeps_the_text(site: Site, uid: Uid) -> None:
    fields = form_of(site.get(PATH)) | {"public": "Пишу.", "do": "upload"}
    answer = post(site, f"/edit/items/{uid}", fields, "a.png", picture())
    assert answer.status_code == 200
    assert form_of(answer)["public"] == "Пишу.\n\n![a](/meters/a.png)"
    assert view(site, uid).number == 1
    refused = post(site, f"/edit/items/{uid}", fields, "a.exe", b"MZ")
    assert refused.status_code == 400
    assert "не принимаются" in errors_at(refused)["upload"]
    assert form_of(refused)["public"] == "Пишу."


def test_files_that_a_text_names_are_published_with_it(site: Site, uid: Uid) -> None:
    named = bring(site, "named.png", picture()).json()["link"]
    bring(site, "other.png", picture())
    site.forget()
    come(site, Role.REVIEWER, "rita")
    send(site, PATH, "publish", public=f"Смотрите:\n\n{named}")
    site.forget()
    assert "/meters/named.png" in site.get("/meters/kto").text
    assert site.get("/meters/named.png/@@download").status_code == 200
    assert site.get("/meters/other.png/@@download").status_code == 404


def _path(link: str) -> str:
    return link[link.index("(") + 1 : -1]


def _download(site: Site, link: str) -> int:
    site.forget()
    return site.get(f"{_path(link)}/@@download").status_code


@pytest.mark.parametrize("part", ["staff", "letter"])
def test_a_file_of_a_part_for_employees_is_never_public(site: Site, uid: Uid, part: str) -> None:
    link = bring(site, "scheme.png", picture(), into=part)
    by_hand = bring(site, "other.png", picture()).json()["link"]
    text = f"{link.json()['link']}\n\n{by_hand}"
    site.forget()
    come(site, Role.REVIEWER, "rita")
    assert send(site, PATH, "publish", **{part: text}).status_code == 303
    # For employees the one that was put there goes out with the text.
    assert site.get(f"{_path(link.json()['link'])}/@@download").status_code == 200
    with site.work() as work:
        cards = {card.path: card for card in queries.children(work, "/meters")}
        assert cards["/meters/scheme.png"].state == "published"
        assert cards["/meters/other.png"].state == "private"
    assert _download(site, link.json()["link"]) == 404
    assert _download(site, by_hand) == 404


def test_a_file_of_a_document_for_employees_is_for_employees(site: Site) -> None:
    question(site, live=False, audience="staff")
    come(site, Role.REVIEWER, "rita")
    link = bring(site, "scheme.png", picture()).json()["link"]
    assert send(site, PATH, "publish", public=link).status_code == 303
    assert site.get(f"{_path(link)}/@@download").status_code == 200
    assert _download(site, link) == 404


def _due(site: Site) -> list[str]:
    """Do the jobs of the handbook whose time has come."""
    done = []
    with site.work() as work:
        rows = work.session.scalars(
            select(Job).where(Job.kind.like("handbook.%"), Job.run_at <= work.now)
        ).all()
        for row in rows:
            if row.kind in ("handbook.turn", "handbook.release"):
                site.house.kinds()[row.kind](work, **row.payload)
                done.append(row.kind)
    return done


@pytest.mark.parametrize("is_live", [True, False])
def test_a_text_that_waits_keeps_its_files_back_until_its_time(
    site: Site, clock: SetClock, is_live: bool
) -> None:
    question(site, live=is_live)
    come(site, Role.REVIEWER, "rita")
    link = bring(site, "soon.png", picture()).json()["link"]
    answer = send(site, PATH, "publish", public=link, publish_at="2026-11-30T12:00")
    assert answer.status_code == 303
    _due(site)
    assert _download(site, link) == 404
    clock.moment += timedelta(days=7)
    assert "handbook.release" in _due(site)
    assert _download(site, link) == 200


def test_a_text_that_was_overtaken_lets_no_file_out(site: Site, clock: SetClock) -> None:
    question(site)
    come(site, Role.REVIEWER, "rita")
    link = bring(site, "soon.png", picture()).json()["link"]
    send(site, PATH, "publish", public=link, publish_at="2026-11-30T12:00")
    assert send(site, PATH, "save", public="Без рисунка.").status_code == 303
    clock.moment += timedelta(days=7)
    assert "handbook.release" in _due(site)
    assert _download(site, link) == 404
