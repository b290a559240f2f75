"""Tables as rows of texts: CSV in the encodings and with the separators that people have, and XLSX.

Nothing in a cell is ever worked out. What a spreadsheet would take for a formula is written with an
apostrophe before it, in every text, and read back without.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from kb_service.base.errors import KbError, invalid
from kb_service.base.optional import need
from kb_service.handbook.exchange.archive import checked_office

MAX_ROWS = 10_000
MAX_COLUMNS = 60
MAX_CELL = 128 * 1024
# Excel's own limit: what is longer cannot be written there.
EXCEL_CELL = 32_767
SEPARATORS = (";", ",", "\t", "|")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# With full-width forms, which some programs read as the plain ones.
_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
_QUOTED = re.compile("'+[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
# Letters that XML, and so Excel, cannot hold.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


class Row(msgspec.Struct, frozen=True):
    """A row with its number as a spreadsheet counts, and the columns that hold no plain value."""

    number: int
    cells: tuple[str, ...]
    formulas: frozenset[int] = frozenset()
    faults: frozenset[int] = frozenset()


def neutral(text: str) -> str:
    """Give a text that no spreadsheet takes for a formula.

    >>> neutral("=1+1"), neutral("'=1"), neutral("дом")
    ("'=1+1", "''=1", 'дом')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def plain(text: str) -> str:
    """Give a cell's text without the apostrophe that kept it from being a formula."""
    return text[1:] if _QUOTED.match(text) else text


def read_csv(data: bytes, headings: frozenset[str]) -> Iterator[Row]:
    """Give the rows of a CSV; the separator is the one by which most known headings are found.

    Raises: table.encoding, table.broken with the line, table.cell_too_large, import.too_many_rows.
    """
    text = _decoded(data)
    separator = max(SEPARATORS, key=lambda one: _known_headings(text, one, headings))
    number = 1
    source = io.StringIO(text, newline="")
    reader = csv.reader(source, delimiter=separator, strict=True)
    try:
        for count, cells in enumerate(reader):
            _check_size(count, cells, number)
            yield Row(number, tuple(plain(_lines(cell)) for cell in cells))
            number = reader.line_num + 1
    except csv.Error as error:
        raise invalid("table.broken", line=reader.line_num) from error


def read_xlsx(data: bytes) -> Iterator[Row]:
    """Give the rows of the first sheet of a workbook. Raises: archive.*, office.*, table.*."""
    checked_office(data)
    openpyxl = need("openpyxl", extra="docs")
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(max_row=MAX_ROWS + 2, max_col=MAX_COLUMNS)
        for number, cells in enumerate(rows, start=1):
            row = _excel_row(number, cells)
            if any(row.cells) or row.formulas or row.faults:
                _check_size(number - 1, row.cells, number)
            yield row
    except (KeyError, ValueError, TypeError, IndexError, AttributeError, OSError) as error:
        raise invalid("office.broken") from error


def write_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Give a CSV that Excel opens with a double click: UTF-8 with its mark, semicolons."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def write_xlsx(rows: Sequence[Sequence[str]], title: str) -> bytes:
    """Give a workbook of one sheet. Raises: table.cell_too_large where Excel has no room."""
    openpyxl = need("openpyxl", extra="docs")
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "A2"
    for number, row in enumerate(rows, start=1):
        cells = []
        for text in row:
            value = _NOT_XML.sub("", neutral(text))
            if len(value) > EXCEL_CELL:
                raise invalid("table.cell_too_large", line=number, limit=EXCEL_CELL)
            cell = openpyxl.cell.WriteOnlyCell(sheet, value=value)
            cell.data_type = "s"
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return _dated(out.getvalue())


def column_name(index: int) -> str:
    """Give the letters by which a spreadsheet names a column, counted from 0."""
    name = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _decoded(data: bytes) -> str:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _text(data, encoding)
    try:
        return _text(data, "utf-8")
    except KbError as error:
        if b"\0" in data:
            raise
        text = _text(data, "cp1251")
        if not re.search("[а-яё]", text, re.IGNORECASE):
            raise invalid("table.encoding") from error
        return text


def _text(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeError as error:
        raise invalid("table.encoding") from error
    if "\0" in text:
        raise invalid("table.encoding")
    return text


def _known_headings(text: str, separator: str, headings: frozenset[str]) -> int:
    head = next(csv.reader(io.StringIO(text[:MAX_CELL], newline=""), delimiter=separator), [])
    return sum(heading_of(cell) in headings for cell in head)


def heading_of(cell: str) -> str:
    """Give a heading as it is compared: small letters, ё as е, single blanks, no end mark."""
    return " ".join(cell.lower().replace("ё", "е").strip(" \ufeff*:").split())


def _lines(cell: str) -> str:
    return cell.replace("\r\n", "\n").replace("\r", "\n")


def _check_size(count: int, cells: Sequence[str], number: int) -> None:
    if count > MAX_ROWS:
        raise invalid("import.too_many_rows", limit=MAX_ROWS)
    if len(cells) > MAX_COLUMNS:
        raise invalid("table.too_wide", line=number, limit=MAX_COLUMNS)
    if any(len(cell) > MAX_CELL for cell in cells):
        raise invalid("table.cell_too_large", line=number, limit=MAX_CELL)


def _excel_row(number: int, cells: Sequence[Any]) -> Row:
    texts, formulas, faults = [], set(), set()
    for index, cell in enumerate(cells):
        kind = getattr(cell, "data_type", "n")
        if kind == "f":
            formulas.add(index)
        elif kind == "e":
            faults.add(index)
        texts.append("" if kind in ("f", "e") else plain(_lines(_excel_text(cell.value))))
    return Row(number, tuple(texts), frozenset(formulas), frozenset(faults))


def _excel_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "да" if value else "нет"
    if isinstance(value, datetime):
        is_day = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if is_day else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _dated(data: bytes) -> bytes:
    """Give the workbook with one fixed time in it, so that equal tables are equal files."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            body = source.read(name)
            if name == "docProps/core.xml":
                body = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2020-01-01T00:00:00Z", body)
            target.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), body)
    return out.getvalue()
