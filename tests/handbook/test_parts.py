"""Fences: what is staff's never shows to a visitor, and every slip is an error with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.base.errors import KbError
from kb_service.handbook.parts import problems, public_only, split
from kb_service.handbook.schemas import Parts

SECRET = "СЕКРЕТ"

REFUSED = [
    pytest.param("а\n::: team\nб\n:::", "part.unknown", 2, id="unknown"),
    pytest.param("::: Staff\nб\n:::", "part.unknown", 1, id="another case"),
    pytest.param("::: стафф\nб\n:::", "part.unknown", 1, id="in Russian"),
    pytest.param("::: staff notes\nб\n:::", "part.unknown", 1, id="two words"),
    pytest.param("::: stаff\nб\n:::", "part.unknown", 1, id="a Cyrillic letter inside"),
    pytest.param("а\n\n::: staff\nб", "part.unclosed", 3, id="unclosed"),
    pytest.param("::: staff\n::: letter\nб\n:::\n:::", "part.nested", 2, id="nested"),
    pytest.param("::: staff\n::: staff\n:::", "part.nested", 2, id="nested in itself"),
    pytest.param("а\n:::", "part.stray", 2, id="stray"),
    pytest.param("::: staff\n:::\n::: staff\n:::", "part.twice", 3, id="twice"),
    pytest.param(":::staff\nб\n:::", "part.suspicious", 1, id="no blank"),
    pytest.param(" ::: staff\nб\n:::", "part.suspicious", 1, id="one blank before"),
    pytest.param("    ::: staff\nб\n    :::", "part.suspicious", 1, id="indented as code"),
    pytest.param("\t::: staff\nб", "part.suspicious", 1, id="tab before"),
    pytest.param("\u00a0::: staff\nб", "part.suspicious", 1, id="hard blank before"),
    pytest.param("\u200b::: staff\nб", "part.suspicious", 1, id="zero width before"),
    pytest.param("\ufeff::: staff\nб", "part.suspicious", 1, id="byte order mark before"),
    pytest.param(":\u200b:: staff\nб", "part.suspicious", 1, id="zero width inside"),
    pytest.param(":\u0301:: staff\nб", "part.suspicious", 1, id="accent inside"),
    pytest.param(": : : staff\nб", "part.suspicious", 1, id="blanks between"),
    pytest.param("：：： staff\nб\n：：：", "part.suspicious", 1, id="wide colons"),
    pytest.param("﹕﹕﹕ staff\nб", "part.suspicious", 1, id="small colons"),
    pytest.param("∶∶∶ staff\nб", "part.suspicious", 1, id="ratios"),
    pytest.param("∷: staff\nб", "part.suspicious", 1, id="proportion and colon"),
    pytest.param("ːːː staff\nб", "part.suspicious", 1, id="length marks"),
    pytest.param("꞉꞉꞉ staff\nб", "part.suspicious", 1, id="letter colons"),
    pytest.param("։։։ letter\nб", "part.suspicious", 1, id="Armenian stops"),
    pytest.param(":::: staff\nб\n::::", "part.suspicious", 1, id="four colons"),
    pytest.param("::::", "part.suspicious", 1, id="four colons alone"),
    pytest.param(":: staff\nб\n::", "part.suspicious", 1, id="two colons"),
    pytest.param(": staff\nб\n:", "part.suspicious", 1, id="one colon"),
    pytest.param(";;; staff\nб", "part.suspicious", 1, id="semicolons"),
    pytest.param("ЖЖЖ staff\nб\nЖЖЖ", "part.suspicious", 1, id="Russian keys"),
    pytest.param("^^^ staff\nб", "part.suspicious", 1, id="the same key in English"),
    pytest.param("> ::: staff\n> б", "part.suspicious", 1, id="in a quote"),
    pytest.param("- ::: staff\n  б", "part.suspicious", 1, id="in a list"),
    pytest.param("1. ::: staff", "part.suspicious", 1, id="in a numbered list"),
    pytest.param("## ::: staff", "part.suspicious", 1, id="in a heading"),
    pytest.param("**::: staff**", "part.suspicious", 1, id="in bold"),
    pytest.param("\\::: staff", "part.suspicious", 1, id="escaped"),
    pytest.param("| ::: staff |", "part.suspicious", 1, id="in a table"),
    pytest.param("Текст. ::: staff", "part.suspicious", 1, id="behind a text"),
    pytest.param("`::: staff\nб\n:::`", "part.suspicious", 1, id="an open code span"),
    pytest.param("а\u2028::: staff\u2028б\u2028:::", "part.suspicious", 1, id="line separator"),
    pytest.param("а\x0b::: staff\x0bб", "part.suspicious", 1, id="Word's soft line"),
    pytest.param("::: staff\r\nб\r\n:::\r\n", "part.suspicious", 1, id="foreign line ends"),
    pytest.param("::: staff\nб\n::: ;", "part.nested", 3, id="something behind the end"),
    pytest.param("::: staff\nб\n ::: \n", "part.suspicious", 3, id="an indented end"),
]


@pytest.mark.parametrize(("body", "code", "line"), REFUSED)
def test_a_slip_is_an_error_with_its_line(body: str, code: str, line: int) -> None:
    found = problems(body)
    assert (code, line) in [(one.code, one.line) for one in found]
    with pytest.raises(KbError) as caught:
        split(body)
    assert caught.value.params["line"] == found[0].line
    with pytest.raises(KbError) as caught:
        split(body, offset=20)
    assert caught.value.params["line"] == found[0].line + 20


ORDINARY = [
    pytest.param("Основание: п. 1; срок: 5:30 :: и всё", id="colons in a sentence"),
    pytest.param("Пишите `::: staff` и ``:::`` так", id="in code spans"),
    pytest.param("| а | б |\n|:---:|---:|\n| 1 | 2 |", id="a table"),
    pytest.param("Термин\n:   Значение", id="a definition"),
    pytest.param("## Letter\n\n- staff\n\nThe staff will send a letter.", id="the words alone"),
    pytest.param("http://[::1]/x::y", id="an address"),
]


@pytest.mark.parametrize("body", ORDINARY)
def test_ordinary_colons_are_no_fences(body: str) -> None:
    assert split(body) == Parts(public=body + "\n")


def test_the_parts_keep_the_lines_of_the_body() -> None:
    body = "Раз\n\n::: staff\nДва\n:::\n\n:::  letter\t\nТри\n\nЧетыре\n::: \nПять"
    parts = split(body)
    assert parts.public == "Раз" + "\n" * 11 + "Пять\n"
    assert parts.staff == "\n\n\nДва\n"
    assert parts.letter == "\n" * 7 + "Три\n\nЧетыре\n"
    assert public_only(parts) == Parts(public=parts.public)


def test_a_fence_in_a_code_block_is_a_fence_too() -> None:
    parts = split(f"```\n::: staff\n{SECRET}\n:::\n```")
    assert SECRET not in parts.public
    assert SECRET in parts.staff


@pytest.mark.parametrize("body", ["", "\n\n", "::: staff\n:::", "::: staff\n  \n:::\n"])
def test_empty_parts_are_empty(body: str) -> None:
    assert split(body) == Parts()


def test_all_mistakes_are_found_in_order() -> None:
    found = problems("::::\n::: x\n::: staff\n:::\n:::\n::: staff", offset=10)
    assert [(one.line, one.code) for one in found] == [
        (11, "part.suspicious"),
        (12, "part.unknown"),
        (13, "part.nested"),
        (15, "part.stray"),
        (16, "part.twice"),
        (16, "part.unclosed"),
    ]


LINES = st.one_of(
    st.sampled_from(
        ["::: staff", "::: letter", ":::", "", "```", "текст", "- пункт", "    код", "::: staff "]
    ),
    st.sampled_from([":::staff", " :::", "> ::: staff", "：：： staff", "::::", "::: x", "`:::`"]),
    st.text(st.sampled_from(":： \u00a0stafleter`>-\n\r\u2028"), max_size=12),
)


@given(before=st.lists(LINES, max_size=6), inside=st.lists(LINES, max_size=4), after=st.text())
def test_nothing_between_the_fences_of_staff_is_ever_public(
    before: list[str], inside: list[str], after: str
) -> None:
    body = "\n".join([*before, "::: staff", *inside, SECRET, ":::", after])
    try:
        parts = split(body)
    except KbError:
        return
    assert SECRET not in parts.public


@given(
    opening=st.text(st.sampled_from("::::: \t\u00a0\u200b:：staff>-"), min_size=3, max_size=14),
    closing=st.text(st.sampled_from("::::: \t\u00a0："), min_size=2, max_size=6),
)
def test_a_spoilt_pair_of_fences_shows_nothing(opening: str, closing: str) -> None:
    # As long as one of the two still looks like a fence, a visitor must not see what is between.
    if ":::" not in opening.replace("：", ":") and ":::" not in closing.replace("：", ":"):
        return
    try:
        parts = split(f"Для всех\n{opening}\n{SECRET}\n{closing}\n")
    except KbError:
        return
    assert SECRET not in parts.public


HEAVY = [
    ":::" + "`" * 60_000,
    "`a" * 30_000 + ":::",
    ": " * 30_000,
    "1." * 30_000 + ":::",
    "\u2028::" * 20_000,
    "::: " + "a " * 30_000 + "\u00a0",
    "::: staff\n" * 6_000,
]


@pytest.mark.parametrize("body", HEAVY, ids=lambda body: repr(body[:8]))
@pytest.mark.timeout(2)
def test_hostile_bodies_take_no_time(body: str) -> None:
    assert problems(body) is not None
