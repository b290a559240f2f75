"""Rows of list sheets are changed one by one; all that stands beside them stays as it was typed."""

from pathlib import Path
from typing import Any

import pytest

from kb_service.base.errors import KbError
from kb_service.handbook import list_writer, sheets

SHEET = """# What customers call things.
- {words: [свет, электричество], weight: 0.6}   # everybody says so

# one way
- words:
    - цифры
    - 'показатели'
  means: [показания]   # ours
  weight: 0.5
# the last one
- {words: ["380", трёхфазный], weight: 0.6}
"""
ROW = {"words": ["лампа", "а, б", "yes"], "means": ["свет: весь"], "weight": 0.7}
FLOW = '- {words: [лампа, "а, б", "yes"], means: ["свет: весь"], weight: 0.7}'
SHIPPED = (Path(__file__).parents[2] / "content" / "_synonyms.yaml").read_text(encoding="utf-8")


def lines(text: str) -> list[str]:
    return text.splitlines()


def test_a_row_is_added_behind_all() -> None:
    assert list_writer.with_row(SHEET, ROW) == f"{SHEET}{FLOW}\n"
    assert list_writer.with_row("", ROW) == f"{FLOW}\n"
    assert list_writer.with_row("# nothing yet", ROW) == f"# nothing yet\n{FLOW}\n"


def test_a_row_takes_the_place_of_another_one() -> None:
    written = list_writer.with_row(SHEET, ROW, 0)
    assert lines(written)[1] == f"{FLOW}   # everybody says so"
    assert lines(written)[2:] == lines(SHEET)[2:]
    block = list_writer.with_row(SHEET, ROW, 1)
    assert lines(block)[4] == FLOW
    assert lines(block)[:4] + lines(block)[5:] == lines(SHEET)[:4] + lines(SHEET)[9:]


@pytest.mark.parametrize(("place", "gone"), [(0, [1]), (1, [4, 5, 6, 7, 8]), (2, [10])])
def test_a_row_goes_with_its_lines_alone(place: int, gone: list[int]) -> None:
    kept = [line for number, line in enumerate(lines(SHEET)) if number not in gone]
    assert lines(list_writer.without_row(SHEET, place)) == kept


def test_the_last_row_may_go() -> None:
    assert sheets.read(list_writer.without_row(f"{FLOW}\n", 0)) is None


ODD = {
    "between brackets": ("[{words: [а, б]}, {words: [в, г]}]\n", 0),
    "over several lines": ("- {words: [а, б],\n   note: >\n}\n", 0),
    "a folded text": ("- words: [а, б]\n  note: |\n    много\n    строк\n", 0),
    "an alias": ("- &one {words: [а, б]}\n- *one\n", 0),
    "no list": ("words: [а, б]\n", 0),
}


@pytest.mark.parametrize("name", ODD)
def test_what_cannot_be_changed_row_by_row_is_refused(name: str) -> None:
    text, place = ODD[name]
    with pytest.raises(KbError) as raised:
        list_writer.without_row(text, place)
    assert raised.value.code in ("sheet.odd", "sheet.yaml")


@pytest.mark.parametrize("place", [-1, 3, 99])
def test_a_row_that_is_not_there_is_refused(place: int) -> None:
    for change in (list_writer.without_row, lambda text, at: list_writer.with_row(text, ROW, at)):
        with pytest.raises(KbError, match=r"sheet\.row_missing"):
            change(SHEET, place)


def test_every_row_of_the_shipped_synonyms_can_be_changed_and_removed() -> None:
    rows: list[dict[str, Any]] = sheets.read(SHIPPED)
    for place in range(len(rows)):
        changed = list_writer.with_row(SHIPPED, ROW, place)
        differ = [(a, b) for a, b in zip(lines(SHIPPED), lines(changed), strict=True) if a != b]
        assert [after for _, after in differ] == [FLOW]
        removed = list_writer.without_row(SHIPPED, place)
        assert len(lines(removed)) == len(lines(SHIPPED)) - 1
        assert sheets.read(removed) == rows[:place] + rows[place + 1 :]
