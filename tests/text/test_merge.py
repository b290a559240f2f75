"""Three texts put together by lines: nothing of either side is lost."""

import doctest
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.text import merge
from kb_service.text.merge import Place, merged

BASE = "а\nб\nв\nг\nд\n"


def text_of(places: list[Place]) -> str:
    return "".join(place.text for place in places)


def test_the_example_holds() -> None:
    assert doctest.testmod(merge).failed == 0


@pytest.mark.parametrize(
    ("mine", "theirs", "made"),
    [
        (BASE, BASE, BASE),
        ("А\nб\nв\nг\nд\n", BASE, "А\nб\nв\nг\nд\n"),
        (BASE, "а\nб\nв\nг\nД\n", "а\nб\nв\nг\nД\n"),
        ("А\nб\nв\nг\nд\n", "а\nб\nв\nг\nД\n", "А\nб\nв\nг\nД\n"),
        ("А\nб\nв\nг\nд\n", "А\nб\nв\nг\nд\n", "А\nб\nв\nг\nд\n"),
        ("б\nв\nг\nд\n", "а\nб\nв\nг\nд\nе\n", "б\nв\nг\nд\nе\n"),
        ("а\nновое\nб\nв\nг\nд\n", "а\nб\nв\nг\nдругое\nд\n", "а\nновое\nб\nв\nг\nдругое\nд\n"),
    ],
)
def test_changes_apart_from_each_other_are_both_taken(mine: str, theirs: str, made: str) -> None:
    places = merged(BASE, mine, theirs)
    assert not any(place.is_disputed for place in places)
    assert text_of(places) == made


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("а\nмой\nв\nг\nд\n", "а\nчужой\nв\nг\nд\n"),
        ("а\nв\nг\nд\n", "а\nчужой\nв\nг\nд\n"),
        ("а\nб\nв\nг\nд\nмой\n", "а\nб\nв\nг\nд\nчужой\n"),
    ],
)
def test_the_same_lines_changed_twice_are_a_persons_choice(mine: str, theirs: str) -> None:
    places = merged(BASE, mine, theirs)
    assert sum(place.is_disputed for place in places) == 1
    for side, text in (("mine", mine), ("theirs", theirs)):
        chosen = [getattr(p, side) if p.is_disputed else p.text for p in places]
        assert "".join(chosen) == text


def test_a_text_with_too_many_equal_lines_is_one_place() -> None:
    long = "а\n" * 1000
    places = merged(long, long + "мой\n", long + "чужой\n")
    assert places == [Place("", long, long + "мой\n", long + "чужой\n", is_disputed=True)]


LINES = st.lists(st.sampled_from("абвгд"), max_size=8).map(
    lambda rows: "".join(f"{r}\n" for r in rows)
)


@given(LINES, LINES, LINES)
def test_no_new_line_of_either_side_is_lost(base: str, mine: str, theirs: str) -> None:
    places = merged(base, mine, theirs)
    kept = Counter(text_of(places))
    for place in places:
        kept += Counter(place.mine) | Counter(place.theirs)
    for text in (mine, theirs):
        assert not (Counter(text) - Counter(base)) - kept


@given(LINES, LINES)
def test_who_changed_alone_gets_their_text(base: str, mine: str) -> None:
    assert text_of(merged(base, mine, base)) == mine
    assert text_of(merged(base, base, mine)) == mine
