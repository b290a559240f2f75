"""Tables of questions, CSV and XLSX: headings, encodings, mistakes by row and column, formulas."""

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select

from kb_service.base.blobs import Blobs
from kb_service.base.errors import KbError
from kb_service.base.work import Work
from kb_service.handbook import codec, parts_writer
from kb_service.handbook.acts import edit
from kb_service.handbook.exchange import cells, out
from kb_service.handbook.exchange.reading import read_bytes
from kb_service.handbook.schemas import StandardQuestion
from kb_service.handbook.tables import Item, Revision
from tests.conftest import WorkAs
from tests.handbook import make as handbook
from tests.handbook.exchange import make
from tests.persons import RITA

RUSSIAN = "Вопрос;Ответ;Тема\nКто меняет счётчик?;Мы.;Счётчики\n"


def workbook(*rows: list[object]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def document(work: Work, path: str) -> codec.Document:
    item = work.session.scalars(select(Item).where(Item.path == path)).one()
    return codec.decode(work.session.get_one(Revision, item.latest_uid).text)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("q.csv", b"", "import.no_title_column"),
        ("q.csv", "Ответ;Тема\nМы;Да\n".encode(), "import.no_title_column"),
        ("q.csv", "Вопрос;Question\nА;Б\n".encode(), "table.column_twice"),
        ("q.csv", b'title,answer\n"a,b\n', "table.broken"),
        ("q.csv", b"title\n\x98\xff\xfe\x01\n", "table.encoding"),
        ("q.csv", b"title\n\x00\n", "table.encoding"),
        ("q.csv", b"title\n" + b"q\n" * 10_001, "import.too_many_rows"),
        ("q.csv", b"title" + b";x" * 60 + b"\n", "table.too_wide"),
        ("q.csv", b"title\n" + b"q" * 200_000 + b"\n", "table.broken"),
        ("q.csv", make.zipped({"a": b"x"}), "import.unknown_form"),
        ("q.xlsx", b"title\nq\n", "import.unknown_form"),
        ("q.xlsx", make.zipped({"a": b"x"}), "office.broken"),
        ("q.xlsx", make.zipped({"[Content_Types].xml": b"<Types/>"}), "office.broken"),
        ("q.ods", b"x", "import.unknown_form"),
    ],
    ids=make.no_bytes,
)
def test_what_is_no_table_of_questions_is_refused(name: str, data: bytes, code: str) -> None:
    with pytest.raises(KbError) as caught:
        read_bytes(name, data)
    assert caught.value.code == code


@pytest.mark.parametrize(
    "data",
    [
        RUSSIAN.encode(),
        RUSSIAN.encode("utf-8-sig"),
        RUSSIAN.encode("cp1251"),
        RUSSIAN.encode("utf-16"),
        RUSSIAN.replace(";", ",").encode(),
        RUSSIAN.replace(";", "\t").encode("cp1251"),
        RUSSIAN.replace("\n", "\r\n").encode(),
        b"Question;Public answer;Topic\n" + RUSSIAN.split("\n")[1].encode(),
        workbook(["ВОПРОС:", "Ответ ", "тема"], ["Кто меняет счётчик?", "Мы.", "Счётчики"]),
    ],
    ids=make.no_bytes,
)
def test_encodings_separators_and_headings_are_found(
    work_as: WorkAs, tmp_path: Path, data: bytes
) -> None:
    name = "q.xlsx" if data.startswith(b"PK") else "q.csv"
    with work_as(RITA) as work:
        handbook.topic(work)
        _plan, done = make.brought(work, tmp_path, name, data)
        assert done.created == ["/meters/kto-meniaet-schetchik"]
        assert document(work, "/meters/kto-meniaet-schetchik").body == "Мы.\n"


@pytest.mark.parametrize(
    ("head", "row", "place"),
    [
        ("Вопрос;Действует с", "А?;вчера", ("B", 2, "table.day_wrong")),
        ("Вопрос;Проверено", "А?;31.02.2026", ("B", 2, "table.day_wrong")),
        ("Вопрос;Порядок", "А?;nan", ("B", 2, "table.number_wrong")),
        ("Вопрос;Ответ;Состояние", "А?;Да;готово", ("C", 2, "table.state_unknown")),
        ("Ответ;Вопрос", "Да;", ("", 2, "document.title_missing")),
        ("Вопрос;Адрес", "А?;meters/a", ("", 2, "path.wrong")),
        ("Вопрос;Ответ", "А?;{{ fact.no }}", ("", 2, "render.variable_unknown")),
        ("Вопрос;Ответ", "А?;::: staff", ("", 2, "part.unclosed")),
    ],
)
def test_a_mistake_is_told_by_row_and_column_and_the_other_rows_go_in(
    work_as: WorkAs, tmp_path: Path, head: str, row: str, place: tuple[str, int, str]
) -> None:
    good = ";".join("Б?" if one == "Вопрос" else "" for one in head.split(";"))
    with work_as(RITA) as work:
        data = f"{head}\n{row}\n{good}\n".encode()
        plan, done = make.brought(work, tmp_path, "q.csv", data)
        assert [one[1:] for one in make.refusals(plan)] == [place]
        assert done.created == ["/imported", "/imported/b"]


def test_a_formula_is_refused_where_it_stands_and_never_worked_out() -> None:
    rows = (["Вопрос", "Ответ"], ["А?", "=1+1"], ["Б?", '=HYPERLINK("http://e")'], ["В?", "2"])
    reading = read_bytes("q.xlsx", workbook(*rows))
    told = [(one.where.column, one.where.line, one.code) for one in reading.refused]
    assert told == [("B", 2, "table.formula"), ("B", 3, "table.formula")]
    assert [thing.parts["public"] for thing in reading.things] == ["2\n"]


@pytest.mark.parametrize("text", ["=1+1", "+7", "-1", "@x", "\tx", "\rx", "\nx", "＝1", "'=1"])
def test_what_a_spreadsheet_takes_for_a_formula_is_made_plain_and_comes_back(text: str) -> None:
    assert cells.neutral(text).startswith("'")
    assert cells.plain(cells.neutral(text)) == text


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_exported_table_holds_no_formula_and_says_the_same_again(
    work_as: WorkAs, tmp_path: Path, form: str
) -> None:
    body = "- первое\n- второе\n\n::: staff\n=cmd|' /C calc'!A0\n:::\n"
    content = StandardQuestion(
        title="=1+1",
        code="M01",
        wordings=["@один|два"],
        valid_from=date(2026, 7, 1),
        tags=["а", "б"],
    )
    text = codec.encode(codec.new("StandardQuestion", content, body))
    with work_as(RITA) as work:
        edit.create(work, handbook.topic(work), text)
        handbook.question(work, handbook.topic(work, "Другое", "other"), "Кто 380\u00a0В?")
        data, count = out.as_bytes(work, Blobs(tmp_path), form)
        assert count == 2
        rows = list(cells.read_xlsx(data) if form == "xlsx" else cells.read_csv(data, frozenset()))
        assert not any(row.formulas for row in rows)
        raw = data.decode("utf-8-sig") if form == "csv" else ""
        assert "\n=" not in raw
        assert ";=" not in raw
        plan = make.plan(work, f"q.{form}", data)
        assert plan.counts == {"new": 0, "changed": 0, "same": 2, "refused": 0}


def test_an_empty_cell_takes_nothing_away_and_a_changed_row_changes_its_words_alone(
    work_as: WorkAs, tmp_path: Path
) -> None:
    with work_as(RITA) as work:
        handbook.question(work, handbook.topic(work), "Кто меняет?", code="M01", tags=["а"])
        table = "Код;Вопрос;Ответ;Метки\nM01;Кто меняет?;Всегда мы.;\n".encode()
        plan, _done = make.brought(work, tmp_path, "q.csv", table)
        assert plan.counts["changed"] == 1
        after = document(work, "/meters/kto-meniaet")
        assert after.content.tags == ["а"]
        parts = parts_writer.texts(after.body)
        assert parts["public"] == "Всегда мы."
        assert "светлячок-внутри" in parts["staff"]
        item = work.session.scalars(select(Item).where(Item.code == "M01")).one()
        assert (item.draft, item.live_uid == item.latest_uid) == ("private", False)


def test_unknown_columns_are_named_and_passed_over(work_as: WorkAs, tmp_path: Path) -> None:
    with work_as(RITA) as work:
        plan = make.plan(work, "q.csv", "Вопрос;Цвет\nА?;красный\n".encode())
        assert [(one.where.column, one.code) for one in plan.notes] == [
            ("B", "table.column_unknown")
        ]
        assert plan.counts["new"] == 2


def test_a_title_that_comes_twice_is_told_and_one_with_the_same_words_gets_its_own_place(
    work_as: WorkAs, tmp_path: Path
) -> None:
    data = "Вопрос\nА?\nА?\nА!\n".encode()
    with work_as(RITA) as work:
        plan, done = make.brought(work, tmp_path, "q.csv", data)
        assert done.created == ["/imported", "/imported/a", "/imported/a-1"]
        assert make.refusals(plan) == [("q.csv", "", 3, "import.twice")]
        assert make.plan(work, "q.csv", data).counts["same"] == 2


def test_long_questions_that_begin_alike_are_two(work_as: WorkAs, tmp_path: Path) -> None:
    start = "Какие документы нужны для заключения договора энергоснабжения на нежилое помещение"
    data = f"Вопрос\n{start} физическому лицу?\n".encode()
    with work_as(RITA) as work:
        make.brought(work, tmp_path, "q.csv", data)
        plan = make.plan(work, "q.csv", f"Вопрос\n{start} организации?\n".encode())
        assert (plan.counts["new"], plan.counts["changed"]) == (1, 0)
