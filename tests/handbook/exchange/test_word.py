"""Handbooks as Word documents: headings, tables, lists, links, pictures; and what is not taken."""

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from PIL import Image
from sqlalchemy import select

from kb_service.base.errors import KbError
from kb_service.base.work import Work
from kb_service.handbook import codec
from kb_service.handbook.exchange.reading import read_bytes
from kb_service.handbook.exchange.schemas import Styles, Wish
from kb_service.handbook.tables import Item, Revision
from tests.conftest import WorkAs
from tests.handbook import make as handbook
from tests.handbook.exchange import make
from tests.persons import ELENA, RITA

TOPICS, EACH = 6, 10


def saved(document: "docx.document.Document") -> bytes:
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def rewritten(data: bytes, **files: bytes) -> bytes:
    """Give the document with some of its files replaced or added."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        kept = {name: source.read(name) for name in source.namelist()}
    return make.zipped(kept | {name.replace("__", "/"): body for name, body in files.items()})


def sixty() -> bytes:
    document = docx.Document()
    document.add_paragraph("Справочник", style="Title")
    for topic in range(1, TOPICS + 1):
        document.add_heading(f"Тема {topic}", 1)
        document.add_paragraph(f"О теме {topic}.")
        for number in range(1, EACH + 1):
            document.add_heading(f"Что делать в случае {topic}.{number}?", 2)
            document.add_paragraph(f"Ответ {topic}.{number}: сделайте так.")
            document.add_heading("Как подать", 3)
            document.add_paragraph("Придите в офис.", style="List Number")
            document.add_paragraph("Подпишите заявление.", style="List Number")
    return saved(document)


def body(work: Work, path: str) -> str:
    item = work.session.scalars(select(Item).where(Item.path == path)).one()
    return codec.decode(work.session.get_one(Revision, item.latest_uid).text).body


def linked(document: "docx.document.Document", words: str, url: str) -> None:
    paragraph = document.add_paragraph("Смотрите ")
    link = OxmlElement("w:hyperlink")
    link.set(
        qn("r:id"), paragraph.part.relate_to(url, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    )
    run = paragraph.add_run(words)
    link.append(run._r)
    paragraph._p.append(link)


def test_a_document_without_headings_is_refused() -> None:
    document = docx.Document()
    document.add_paragraph("Просто текст")
    with pytest.raises(KbError) as caught:
        read_bytes("h.docx", saved(document))
    assert caught.value.code == "word.no_headings"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("word__document.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "office.entities"),
        ("word__document.xml", b"<x/>", "office.broken"),
        ("word__document.xml", b"not xml", "office.broken"),
        ("word__media__bomb.xml", b"0" * 3_000_000, "archive.bomb"),
        ("..__evil", b"x", "archive.name_unsafe"),
    ],
    ids=make.no_bytes,
)
def test_a_hostile_document_is_refused(name: str, data: bytes, code: str) -> None:
    with pytest.raises(KbError) as caught:
        read_bytes("h.docx", rewritten(sixty(), **{name: data}))
    assert caught.value.code == code


def test_a_style_that_is_no_name_is_refused() -> None:
    with pytest.raises(KbError) as caught:
        read_bytes("h.docx", sixty(), Wish(styles=Styles("x'] => script")))
    assert caught.value.code == "word.style_wrong"


def test_sixty_questions_of_a_document_become_sixty_questions(
    work_as: WorkAs, tmp_path: Path
) -> None:
    with work_as(RITA) as work:
        plan, done = make.brought(work, tmp_path, "h.docx", sixty())
        assert (plan.counts["new"], plan.counts["refused"]) == (TOPICS * EACH + TOPICS, 0)
        assert len(done.created) == TOPICS * EACH + TOPICS
        found = work.session.scalars(select(Item).where(Item.type == "StandardQuestion")).all()
        assert (len(found), {item.state for item in found}) == (TOPICS * EACH, {"private"})
        assert body(work, "/tema-3") == "О теме 3.\n"
        assert body(work, "/tema-3/chto-delat-v-sluchae-3-4") == (
            "Ответ 3.4: сделайте так.\n\n## Как подать\n\n"
            "1. Придите в офис.\n2. Подпишите заявление.\n"
        )
        again = make.plan(work, "h.docx", sixty())
        assert again.counts == {"new": 0, "changed": 0, "same": 66, "refused": 0}


def test_nothing_is_saved_before_somebody_says_yes(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        handbook.root(work)
    with work_as(ELENA, write=False) as work:
        assert make.plan(work, "h.docx", sixty()).counts["new"] == 66
        assert work.session.scalars(select(Item)).one().path == "/"


def test_text_tables_lists_and_links_become_markdown(work_as: WorkAs, tmp_path: Path) -> None:
    document = docx.Document()
    document.add_heading("Сколько стоит?", 2)
    paragraph = document.add_paragraph("Цена ")
    paragraph.add_run("точная").bold = True
    paragraph.add_run(" * и _так_, 1 < 2")
    document.add_paragraph("1. Не список")
    for text, style in (("Раз", "List Bullet"), ("Два", "List Bullet")):
        document.add_paragraph(text, style=style)
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ("День", "Ночь|утро", "5", "3"), strict=True):
        cell.text = text
    linked(document, "сайт", "https://example.ru/a?b=1")
    linked(document, "ловушку", "javascript:alert(1)")
    with work_as(RITA) as work:
        make.brought(work, tmp_path, "h.docx", saved(document), Wish())
        assert body(work, "/imported/skolko-stoit") == (
            "Цена **точная** \\* и \\_так\\_, 1 < 2\n\n1\\. Не список\n\n- Раз\n- Два\n\n"
            "| День | Ночь\\|утро |\n| --- | --- |\n| 5 | 3 |\n\n"
            "Смотрите [сайт](https://example.ru/a?b=1)\n\nСмотрите ловушку\n"
        )


def test_a_picture_becomes_an_item_beside_its_question(work_as: WorkAs, tmp_path: Path) -> None:
    data = io.BytesIO()
    Image.effect_noise((20, 10), 40).convert("RGB").save(data, "JPEG")
    document = docx.Document()
    document.add_heading("Где номер?", 2)
    document.add_picture(data)
    with work_as(RITA) as work:
        make.brought(work, tmp_path, "h.docx", saved(document), Wish(into=""))
        assert body(work, "/imported/gde-nomer").endswith(
            "](/imported/gde-nomer-1.jpg/@@download)\n"
        )
        found = work.session.scalars(select(Item).where(Item.type == "Image")).one()
        assert found.path == "/imported/gde-nomer-1.jpg"
        assert make.plan(work, "h.docx", saved(document)).wanted == []


def test_a_picture_elsewhere_is_told_and_never_fetched(work_as: WorkAs, tmp_path: Path) -> None:
    data = io.BytesIO()
    Image.new("RGB", (5, 5), "red").save(data, "PNG")
    document = docx.Document()
    document.add_heading("Где номер?", 2)
    document.add_picture(data)
    (tmp_path / "secret.png").write_bytes(data.getvalue())
    raw = saved(document)
    with zipfile.ZipFile(io.BytesIO(raw)) as source:
        rels = source.read("word/_rels/document.xml.rels").decode()
        text = source.read("word/document.xml").decode()
    target = 'Target="media/image1.png"'
    assert target in rels
    away = rels.replace(
        target, f'Target="{(tmp_path / "secret.png").as_uri()}" TargetMode="External"'
    )
    hostile = rewritten(
        raw,
        **{
            "word___rels__document.xml.rels": away.encode(),
            "word__document.xml": text.replace("r:embed=", "r:link=").encode(),
        },
    )
    with work_as(RITA) as work:
        plan = make.plan(work, "h.docx", hostile)
        assert [one.code for one in plan.notes] == ["word.picture_elsewhere"]
        assert [step.type for step in plan.steps] == ["Topic", "StandardQuestion"]


def test_macros_are_no_reason_to_look_at_them(work_as: WorkAs) -> None:
    with work_as(RITA) as work:
        macros = rewritten(sixty(), **{"word__vbaProject.bin": b"\xd0\xcf\x11\xe0macro"})
        assert make.plan(work, "h.docx", macros).counts["new"] == 66


def test_styles_of_the_companys_own_are_topics_and_questions(work_as: WorkAs) -> None:
    document = docx.Document()
    for name in ("Раздел", "Вопрос абонента"):
        document.styles.add_style(name, 1)
    document.add_paragraph("Оплата", style="Раздел")
    document.add_paragraph("Как платить?", style="Вопрос абонента")
    document.add_paragraph("Картой.")
    wish = Wish(styles=Styles("Раздел", "Вопрос абонента"))
    with work_as(RITA) as work:
        plan = make.plan(work, "h.docx", saved(document), wish)
        assert [(step.type, step.path) for step in plan.steps] == [
            ("Topic", "/oplata"),
            ("StandardQuestion", "/oplata/kak-platit"),
        ]


def test_text_before_the_first_heading_is_told_of() -> None:
    document = docx.Document()
    document.add_paragraph("Вступление")
    document.add_heading("Один уровень?", 1)
    document.add_paragraph("Да.")
    reading = read_bytes("h.docx", saved(document))
    assert [(one.code, one.params) for one in reading.notes] == [
        ("word.text_before", {"text": "Вступление"})
    ]
    assert [thing.type for thing in reading.things] == ["StandardQuestion"]
