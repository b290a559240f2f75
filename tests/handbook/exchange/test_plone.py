"""Exports of Plone sites (collective.exportimport): types, paths, texts, links, files, states."""

import base64
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from kb_service.base.errors import KbError
from kb_service.base.work import Work
from kb_service.handbook import codec
from kb_service.handbook.exchange.reading import read_bytes
from kb_service.handbook.exchange.schemas import Wish
from kb_service.handbook.schemas import Document
from kb_service.handbook.tables import Item, Revision
from tests.conftest import WorkAs
from tests.handbook import make as handbook
from tests.handbook.exchange import make
from tests.persons import RITA

SITE = "http://plone.example/Plone"
UID = "5f2c1b6e7d8a4c0f9b3e2d1a0c9b8f7e"


def plone(path: str, kind: str, **fields: Any) -> dict[str, Any]:
    """Give an item as the export writes it."""
    above = path.rpartition("/")[0]
    parent = {"@id": SITE + above, "@type": "Folder" if above else "Plone Site"}
    return {
        "@id": SITE + path,
        "@type": kind,
        "UID": f"{sum(path.encode()):032x}",
        "id": path.rpartition("/")[2],
        "title": path.rpartition("/")[2].title(),
        "parent": parent,
        "review_state": "published",
        "language": {"token": "ru", "title": "Русский"},
        **fields,
    }


def text(html: str, kind: str = "text/html") -> dict[str, str]:
    return {"data": html, "content-type": kind, "encoding": "utf-8"}


def dump(*items: Any) -> bytes:
    return json.dumps(items).encode()


def document(work: Work, path: str) -> Document:
    item = work.session.scalars(select(Item).where(Item.path == path)).one()
    return codec.decode(work.session.get_one(Revision, item.latest_uid).text)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"{", "plone.broken"),
        (b"[]", "plone.broken"),
        (b'[{"title": "x"}]', "plone.broken"),
        (b'"text"', "plone.broken"),
        (b"[" * 100_000, "plone.broken"),
        (b"[" + b'{"@type":"File"},' * 10_001 + b"{}]", "plone.too_many"),
    ],
    ids=make.no_bytes,
)
def test_what_is_no_export_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(KbError) as caught:
        read_bytes("p.json", data)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("item", "code"),
    [
        (plone("/x", "Event"), "plone.type_unknown"),
        (plone("/x", "File"), "plone.file_absent"),
        (plone("/x", "File", file={"data": "!!!", "filename": "x.pdf"}), "file.broken"),
        (
            plone("/x", "File", file={"data": "PHN2Zz4=", "filename": "x.svg"}),
            "file.type_refused",
        ),
        (plone("/x", "Document", text=text("<div>" * 3_000 + "x")), "html.too_deep"),
        (plone("/x", "Document", title=""), "document.title_missing"),
    ],
)
def test_an_item_that_cannot_be_taken_is_told_and_the_others_go_in(
    work_as: WorkAs, tmp_path: Path, item: dict[str, Any], code: str
) -> None:
    item = item | {"id": ""}
    with work_as(RITA) as work:
        data = dump(item, plone("/good", "Document"))
        plan, done = make.brought(work, tmp_path, "p.json", data)
        assert make.refusals(plan) == [("p.json", "", 1, code)]
        assert done.created == ["/good"]


def test_types_paths_dates_states_and_texts_become_ours(work_as: WorkAs, tmp_path: Path) -> None:
    folder = plone("/Оплата".replace("Оплата", "pay ment"), "Folder", description="Про оплату")
    page = plone(
        "/pay ment/how",
        "Document",
        UID=UID,
        title="Как платить?",
        subjects=["деньги"],
        effective="2026-07-01T10:00:00+03:00",
        expires=None,
        review_state="private",
        text=text("<h1>Как</h1><p>Так &amp; <strong>сяк</strong></p><script>alert(1)</script>"),
    )
    with work_as(RITA) as work:
        _plan, done = make.brought(work, tmp_path, "p.json", dump(page, folder))
        assert done.created == ["/pay-ment", "/pay-ment/how"]
        assert work.session.get_one(Item, UID).state == "private"
        made = document(work, "/pay-ment/how")
        assert made.body == "## Как\n\nТак & **сяк**\n"
        assert made.content.tags == ["деньги"]
        assert made.content.publish_at == datetime(2026, 7, 1, 7, tzinfo=UTC)
        assert document(work, "/pay-ment").type == "Topic"
        assert make.plan(work, "p.json", dump(page, folder)).counts["same"] == 2


def test_links_and_pictures_lead_to_the_items_here(work_as: WorkAs, tmp_path: Path) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (8, 6), "red").save(picture, "PNG")
    blob = {"data": base64.b64encode(picture.getvalue()).decode(), "filename": "Фото 1.png"}
    html = (
        f'<p><a href="resolveuid/{UID}">а</a> <a href="../resolveuid/{UID}#x">б</a> '
        f'<a href="{SITE}/faq/two">в</a> <a href="two">г</a> <a href="/Plone/faq/two">д</a> '
        f'<a href="resolveuid/{"0" * 32}">е</a> <a href="https://else.example/x">ж</a> '
        f'<a href="javascript:x">з</a></p><p><img alt="Ф" src="foto.png/@@images/image/large"></p>'
    )
    items = (
        plone("/faq", "Folder"),
        plone("/faq/one", "Document", text=text(html)),
        plone("/faq/two", "Document", UID=UID),
        plone("/faq/foto.png", "Image", image=blob, review_state=None),
    )
    with work_as(RITA) as work:
        make.brought(work, tmp_path, "p.json", dump(*items))
        assert document(work, "/faq/one").body == (
            "[а](/faq/two) [б](/faq/two) [в](/faq/two) [г](/faq/two) [д](/faq/two) е "
            "[ж](https://else.example/x) з\n\n![Ф](/faq/foto.png/@@download)\n"
        )
        # Without a workflow of its own a picture is seen where its folder is.
        found = work.session.scalars(select(Item).where(Item.type == "Image")).one()
        assert (found.path, found.state) == ("/faq/foto.png", "published")


def test_blocks_of_volto_are_read_and_kinds_without_words_are_told(
    work_as: WorkAs, tmp_path: Path
) -> None:
    words = [{"text": "Ставка "}, {"type": "strong", "children": [{"text": "5 <руб>"}]}]
    blocks = {
        "a": {"@type": "title"},
        "b": {"@type": "slate", "value": [{"type": "p", "children": words}]},
        "c": {"@type": "slate", "value": [
            {"type": "ul", "children": [{"type": "li", "children": [{"text": "раз"}]}]}
        ]},
        "d": {"@type": "listing"},
    }  # fmt: skip
    page = plone("/p", "Document", blocks=blocks, blocks_layout={"items": ["a", "c", "b", "d"]})
    with work_as(RITA) as work:
        plan, _done = make.brought(work, tmp_path, "p.json", dump(page))
        assert document(work, "/p").body == "- раз\n\nСтавка **5 <руб>**\n"
        assert [(one.code, one.params["kind"]) for one in plan.notes] == [
            ("plone.block_unknown", "listing")
        ]


def test_a_page_that_holds_others_is_a_topic_and_all_may_lie_below_one(
    work_as: WorkAs, tmp_path: Path
) -> None:
    items = (plone("/faq", "Document"), plone("/faq/edit", "Document", review_state="odd"))
    with work_as(RITA) as work:
        handbook.topic(work)
        plan, done = make.brought(work, tmp_path, "p.json", dump(*items), Wish(into="/meters"))
        assert done.created == ["/meters/faq", "/meters/faq/edit"]
        assert document(work, "/meters/faq").type == "Topic"
        assert [one.code for one in plan.notes] == ["plone.state_unknown"]
