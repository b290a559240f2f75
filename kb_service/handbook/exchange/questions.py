"""Standard questions as rows of a table: which columns there are, rows to questions and back.

A column is known by its Russian or its English heading; the first heading of each is written. An
empty cell leaves what is there as it is, so that a table of three columns takes nothing away.
Mistakes are told by row and column.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from typing import Any

import msgspec

from kb_service.base.errors import KbError, invalid
from kb_service.handbook.exchange import cells
from kb_service.handbook.exchange.archive import problem_of
from kb_service.handbook.exchange.cells import Row
from kb_service.handbook.exchange.markdown import one_line
from kb_service.handbook.exchange.schemas import Incoming, Reading, Remark, Where
from kb_service.handbook.schemas import Document, Problem, StandardQuestion, State

STATES = {
    State.PRIVATE: "черновик",
    State.PENDING: "на проверке",
    State.PUBLISHED: "опубликовано",
    State.ARCHIVED: "в архиве",
}
_STATE_WORDS = {
    **{str(state): state for state in State},
    **{word: state for state, word in STATES.items()},
    "опубликован": State.PUBLISHED,
    "опубликована": State.PUBLISHED,
    "архив": State.ARCHIVED,
}
_NO = frozenset({"нет", "no", "false", "-"})
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


class Column(msgspec.Struct, frozen=True):
    """A column: its key, its headings (the first is written), and how a cell becomes a value."""

    key: str
    headings: tuple[str, ...]
    read: Callable[[str], Any] = str.strip


def _many(text: str) -> list[str]:
    # One a line; a single line may also hold several between upright strokes.
    pieces = text.split("\n") if "\n" in text else text.split("|")
    return [piece.strip() for piece in pieces if piece.strip()]


def _day(text: str) -> date:
    text = text.strip()
    russian = _DAY.fullmatch(text)
    try:
        if russian:
            return date(int(russian[3]), int(russian[2]), int(russian[1]))
        return datetime.fromisoformat(text).date()
    except ValueError as error:
        raise invalid("table.day_wrong", value=text[:40]) from error


def _checked(text: str) -> date | bool:
    return False if text.strip().lower() in _NO else _day(text)


def _state(text: str) -> State:
    state = _STATE_WORDS.get(cells.heading_of(text))
    if state is None:
        raise KbError("table.state_unknown", allowed=tuple(STATES.values()), value=text[:40])
    return state


def _number(text: str) -> float:
    try:
        number = float(text.strip().replace(",", "."))
    except ValueError as error:
        raise invalid("table.number_wrong", value=text[:40]) from error
    if not math.isfinite(number):
        raise invalid("table.number_wrong", value=text[:40])
    return number


COLUMNS = (
    Column("title", ("вопрос", "title", "question", "заголовок", "название")),
    Column("public", ("ответ", "answer", "ответ для клиента", "public answer", "текст", "text")),
    Column("staff", ("для сотрудников", "staff notes", "staff", "заметки для сотрудников")),
    Column("letter", ("текст письма", "letter text", "letter", "письмо")),
    Column("description", ("краткий ответ", "description", "summary", "описание", "кратко")),
    Column("wordings", ("формулировки", "wordings", "другие формулировки"), _many),
    Column("topic", ("тема", "topic", "раздел")),
    Column("path", ("адрес", "path", "address")),
    Column("code", ("код", "code")),
    Column("state", ("состояние", "state"), _state),
    Column("owner", ("подразделение", "owner", "отдел")),
    Column("tags", ("метки", "tags"), _many),
    Column("valid_from", ("действует с", "valid from", "valid_from"), _day),
    Column("valid_to", ("действует по", "valid to", "valid_to"), _day),
    Column("checked", ("проверено", "checked"), _checked),
    Column("review_by", ("проверить до", "review by", "review_by"), _day),
    Column("order", ("порядок", "order"), _number),
)  # fmt: skip
_BY_HEADING = {
    cells.heading_of(heading): column for column in COLUMNS for heading in column.headings
}
HEADINGS = frozenset(_BY_HEADING)
_PARTS = ("public", "staff", "letter")
_PLACES = ("topic", "path", "state")


def read_rows(rows: Iterable[Row], file: str) -> Reading:
    """Turn rows into questions; the first row that is not empty holds the headings.

    Raises: import.no_title_column, table.column_twice, import.too_many_rows, table.*.
    """
    reading = Reading()
    columns: dict[int, Column] | None = None
    for row in rows:
        if not any(cell.strip() for cell in row.cells) and not row.formulas and not row.faults:
            continue
        if columns is None:
            columns = _columns(row, file, reading)
        else:
            _read_row(row, file, columns, reading)
    if columns is None:
        raise invalid("import.no_title_column", line=1)
    return reading


def _columns(row: Row, file: str, reading: Reading) -> dict[int, Column]:
    found: dict[int, Column] = {}
    for index, cell in enumerate(row.cells):
        column = _BY_HEADING.get(cells.heading_of(cell))
        where = Where(file, row.number, cells.column_name(index))
        if column is None:
            if cell.strip():
                note = {"name": cell.strip()[:80]}
                reading.notes.append(Remark(where, "table.column_unknown", note))
            continue
        if column in found.values():
            raise invalid("table.column_twice", line=row.number, name=cell.strip()[:80])
        found[index] = column
    if "title" not in {column.key for column in found.values()}:
        raise invalid("import.no_title_column", line=row.number)
    return found


def _read_row(row: Row, file: str, columns: dict[int, Column], reading: Reading) -> None:
    values: dict[str, Any] = {}
    is_whole = True
    for index, column in columns.items():
        where = Where(file, row.number, cells.column_name(index))
        text = row.cells[index] if index < len(row.cells) else ""
        try:
            if index in row.formulas:
                raise invalid("table.formula")
            if index in row.faults:
                raise invalid("table.cell_fault")
            if text.strip():
                values[column.key] = column.read(text)
        except KbError as error:
            code, params = problem_of(error)
            reading.refuse(where, Problem(row.number, code, params))
            is_whole = False
    if not is_whole:
        return
    _add(values, Where(file, row.number), reading)


def _add(values: dict[str, Any], where: Where, reading: Reading) -> None:
    title = values.get("title", "")
    if not title:
        reading.refuse(where, Problem(where.line, "document.title_missing"))
        return
    path = values.get("path", "")
    if path and not path.startswith("/"):
        reading.refuse(where, Problem(where.line, "path.wrong", {"reason": "form"}))
        return
    reading.things.append(
        Incoming(
            where=where,
            type="StandardQuestion",
            path=path,
            topic=values.get("topic", ""),
            state=values.get("state"),
            values={key: value for key, value in values.items() if key not in (*_PARTS, *_PLACES)}
            | {"title": one_line(title)},
            parts={name: f"{values[name].strip(chr(10))}\n" for name in _PARTS if name in values},
        )
    )


def table_of(
    questions: Iterable[tuple[str, str, State, Document, dict[str, str]]],
) -> Iterator[list[str]]:
    """Give the rows of a table, headings first, of paths, topics, states, documents, parts."""
    yield [column.headings[0].capitalize() for column in COLUMNS]
    for path, topic, state, document, texts in questions:
        content = document.content
        if not isinstance(content, StandardQuestion):
            continue
        values: dict[str, Any] = {
            **{name: getattr(content, name) for name in StandardQuestion.__struct_fields__},
            **texts,
            "path": path,
            "topic": topic,
            "state": STATES[state],
        }
        yield [_cell(values[column.key]) for column in COLUMNS]


def _cell(value: Any) -> str:
    if value is None or value is False:
        return ""
    if isinstance(value, list):
        # A single one with a stroke in it would be read as two.
        ending = "\n" if len(value) == 1 and "|" in value[0] else ""
        return "\n".join(value) + ending
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return f"{value:g}"
    return str(value)
