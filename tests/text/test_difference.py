"""Differences: nothing is lost, words stay whole, long texts cost no minutes."""

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.text.difference import Change, difference, short

_TEXT = st.text(alphabet="аб. \n", max_size=40)


def restored(changes: list[Change], without: str) -> str:
    return "".join(change.text for change in changes if change.op != without)


@given(_TEXT, _TEXT)
def test_both_texts_can_be_read_back(old: str, new: str) -> None:
    changes = difference(old, new)
    assert restored(changes, "insert") == old
    assert restored(changes, "delete") == new
    assert all(change.text for change in changes)
    assert all(left.op != right.op for left, right in pairwise(changes))


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("", "", []),
        ("да", "да", [("equal", "да")]),
        ("", "да", [("insert", "да")]),
        (
            "до 10 числа",
            "до 15 числа",
            [("equal", "до "), ("delete", "10"), ("insert", "15"), ("equal", " числа")],
        ),
        ("кот спит", "кот, спит", [("equal", "кот"), ("insert", ","), ("equal", " спит")]),
        (
            "платить до 10 марта",
            "внести к 15 марта",
            [("delete", "платить до 10"), ("insert", "внести к 15"), ("equal", " марта")],
        ),
        (
            "до 5\u00a0000 ₽",
            "до 6\u00a0000 ₽",
            [("equal", "до "), ("delete", "5\u00a0000"), ("insert", "6\u00a0000"), ("equal", " ₽")],
        ),
    ],
)
def test_words_are_compared(old: str, new: str, changes: list[tuple[str, str]]) -> None:
    assert [tuple(change) for change in difference(old, new)] == changes


def test_the_short_form_keeps_two_lines_around_a_change() -> None:
    old = "".join(f"строка {number}\n" for number in range(20))
    given_short = short(difference(old, old.replace("строка 10", "строка десять")))
    assert [change.op for change in given_short] == [
        "skip",
        "equal",
        "delete",
        "insert",
        "equal",
        "skip",
    ]
    assert given_short[1].text == "строка 8\nстрока 9\nстрока "
    assert given_short[4].text == "\nстрока 11\nстрока 12\n"


def test_the_short_form_of_equal_texts_is_empty() -> None:
    assert short(difference("одно\nи\nто же", "одно\nи\nто же")) == []
    assert short([]) == []


def test_long_texts_are_compared_by_lines() -> None:
    lines = [f"{'да ' * 60}{number}\n" for number in range(20)]
    changed = lines.copy()
    changed[3], changed[16] = "совсем другая\n", lines[16].replace("16", "шестнадцать")
    changes = difference("".join(lines), "".join(changed))
    assert ("insert", "шестнадцать") in changes
    assert restored(changes, "insert") == "".join(lines)
    assert restored(changes, "delete") == "".join(changed)


@given(_TEXT, _TEXT)
def test_the_short_form_loses_no_change(old: str, new: str) -> None:
    changes = difference(old, new)
    kept = [change for change in short(changes) if change.op in {"insert", "delete"}]
    assert kept == [change for change in changes if change.op != "equal"]


@pytest.mark.parametrize(
    ("vocabulary", "count", "end"), [(2, 300, " "), (300, 20_000, " "), (20, 20_000, "\n")]
)
def test_long_texts_cost_little(vocabulary: int, count: int, end: str) -> None:
    chance = random.Random(7)
    old, new = (end.join(f"w{chance.randrange(vocabulary)}" for _ in range(count)) for _ in "ab")
    start = time.perf_counter()
    changes = difference(old, new)
    assert time.perf_counter() - start < 3
    assert restored(changes, "insert") == old
