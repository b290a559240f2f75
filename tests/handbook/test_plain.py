"""Plain words of Markdown: marks go, words stay, hostile texts take no time."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.handbook.plain import open_comment, plain, without_comments, without_remarks

DATA = Path(__file__).parent.parent / "data" / "handbook"

TEXTS = [
    pytest.param("# Заголовок *второй* ##", "Заголовок второй", id="heading"),
    pytest.param('1. **Раз** и [ссылка](/a "t")', "Раз и ссылка", id="numbered"),
    pytest.param("- [x] да\n- [ ] нет", "да\nнет", id="task boxes"),
    pytest.param("|а|б|\n|:-|-:|\n|1\\|2|x_y_z|", "а б\n\n1|2 x_y_z", id="table"),
    pytest.param("![вид](/files/a.png) <https://a.b/c> <me@a.b>", "вид https://a.b/c me@a.b"),
    pytest.param("[a]: http://x\n*[АБВ]: ф\n[^1]: сноска\nтекст[^1]", "сноска\nтекст", id="notes"),
    pytest.param("[слово][a] и [ещё][]", "слово и ещё", id="references"),
    pytest.param("а <!-- себе\nсебе --> б<br>в<b>г</b>", "а б вг", id="comment and bare tags"),
    pytest.param("2 * 3 = 6, snake_case, _курсив_", "2 * 3 = 6, snake_case, курсив"),
    pytest.param('!!! note "Важно"\n    текст', "Важно\nтекст", id="callout"),
    pytest.param("⟦имя заявителя⟧, да", ", да", id="unfilled"),
    pytest.param("\\*не курсив\\* \\[1\\]", "*не курсив* [1]", id="escaped"),
    pytest.param("> цитата\n> > ещё", "цитата\nещё", id="quotes"),
    pytest.param("[**жирная**](/x) [![а](/b)](/c)", "жирная а", id="nested"),
    pytest.param("&amp; &#49;5 &laquo;да&raquo; &никто;", "& 15 «да» &никто;", id="entities"),
    pytest.param("```\nкод\n```\n~~~ python\nx\n~~~", "код\n\nx", id="code"),
    pytest.param("а\n\n\n\n---\n\nб", "а\n\nб", id="empty lines"),
    pytest.param("5\u00a0000\u00a0₽", "5\u00a0000\u00a0₽", id="hard blanks"),
    pytest.param("~~было~~ стало", "было стало", id="deleted"),
    pytest.param("Термин\n:   Значение", "Термин\nЗначение", id="definition"),
    pytest.param("<script>alert(1)</script>", "<script>alert(1)</script>", id="no tag of ours"),
    pytest.param("", "", id="empty"),
]


@pytest.mark.parametrize(("text", "wanted"), TEXTS)
def test_words_stay_and_marks_go(text: str, wanted: str) -> None:
    assert plain(text) == wanted


def test_a_shipped_text_is_readable() -> None:
    text = (DATA / "kto-platit-za-zamenu-schetchika.md").read_text(encoding="utf-8")
    words = plain(text.split("---\n", 2)[2].split(":::")[0])
    assert words.startswith("Энергетики. Новый счётчик (прибор учёта)")
    assert not set("*#[]`") & set(words)


def test_comments_are_for_nobody() -> None:
    assert without_comments("а<!--б-->в<!---->г") == "авг"
    assert without_comments("а<!--б") == "а"
    assert open_comment("а\n<!--б") == 2
    assert open_comment("<!--а--> <!--") == 1
    assert open_comment("<!--а-->") == open_comment("а") == 0


def test_remarks_in_the_form_of_links_go_too() -> None:
    assert "себе" not in without_remarks("а\n[//]: # (себе)\nб <!-- себе")


N = 60_000
HEAVY = [
    "[" * N,
    "[a" * (N // 2),
    "[a](" * (N // 4),
    "![" * (N // 2),
    "[](a " * (N // 5),
    "[a](b" + " " * N,
    "[a](b" + " c" * (N // 2),
    "[^" * (N // 2),
    "[a]:" * (N // 4),
    "*" * N,
    "* " * (N // 2),
    "a*" * (N // 2),
    "_ " * (N // 2) + "x",
    "a_" * (N // 2),
    "`a" * (N // 2),
    "<" * N,
    "<a@" * (N // 3),
    "<http://" * (N // 8),
    "<br" + " " * N,
    "<!--" * (N // 4),
    "&" * N,
    "&#" * (N // 2),
    "&#" + "1" * N + ";",
    "> " * (N // 2),
    "- " * (N // 2) + "x",
    "1. " * (N // 3),
    "| " * (N // 2),
    "| :" * (N // 3) + "x",
    " \t" * (N // 2) + "x",
    "=-" * (N // 2) + "x",
    "!!! a" + '"' * N,
    "\\" * N,
    "⟦" * N,
    "~" * N,
    "#" * N,
]


@pytest.mark.parametrize("text", HEAVY, ids=lambda text: repr(text[:6]))
@pytest.mark.timeout(2)
def test_hostile_texts_take_no_time(text: str) -> None:
    assert isinstance(plain(text), str)


@given(st.text(st.sampled_from("[]()*_`<>!-#|\\&;: \n\tаa1⟦⟧"), max_size=80))
def test_any_text_gives_words(text: str) -> None:
    assert isinstance(plain(text), str)
