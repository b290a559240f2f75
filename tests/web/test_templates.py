"""Every template: compiles, speaks Russian, holds no inline script or style, gives good HTML."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from jinja2 import nodes
from jinja2.ext import extract_from_ast

from kb_service.base.i18n import LANGUAGES, LOCALE_DIR, translator
from kb_service.web import frame as frames
from kb_service.web.edit import place
from kb_service.web.pages import TEMPLATES_DIR, environment, render
from tests.persons import OLGA
from tests.web import contexts, make
from tests.web.read import remarks

WEB = Path(frames.__file__).parent
NAMES = sorted(
    path.relative_to(TEMPLATES_DIR).as_posix()
    for path in TEMPLATES_DIR.rglob("*")
    if path.suffix in (".html", ".xml", ".txt")
)
CALLS = ("_", "ngettext", "plural_forms")
PYTHON_CALLS = ("gettext", "say")


def sentences_of_template(name: str) -> set[str]:
    """Give the source sentences of a template, plurals by their first form."""
    tree: nodes.Template = environment("en").parse((TEMPLATES_DIR / name).read_text("utf-8"))
    found = set()
    for _line, _call, message in extract_from_ast(tree, CALLS):
        first = message[0] if isinstance(message, tuple) else message
        if first:
            found.add(first)
    return found


def sentences_of_module(path: Path) -> set[str]:
    """Give the source sentences that a module of the pages says."""
    return {
        node.args[0].value
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "attr", getattr(node.func, "id", "")) in PYTHON_CALLS
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


@pytest.mark.parametrize("name", NAMES)
def test_template_compiles(name: str) -> None:
    for language in LANGUAGES:
        environment(language).get_template(name)


@pytest.mark.parametrize("name", NAMES)
def test_template_says_what_it_is_given(name: str) -> None:
    assert (TEMPLATES_DIR / name).read_text("utf-8").startswith("{#")


@pytest.mark.parametrize("name", NAMES)
def test_every_sentence_of_a_template_is_translated(name: str) -> None:
    speaker = translator("ru")
    assert {one for one in sentences_of_template(name) if not speaker.knows(one)} == set()


@pytest.mark.parametrize(
    "path", sorted(WEB.rglob("*.py")), ids=lambda path: path.relative_to(WEB).as_posix()
)
def test_every_sentence_of_a_module_is_translated(path: Path) -> None:
    speaker = translator("ru")
    assert {one for one in sentences_of_module(path) if not speaker.knows(one)} == set()


def test_words_of_the_menu_and_roles_are_translated() -> None:
    speaker = translator("ru")
    menus = (*frames._STAFF_MENU, *place.SECTIONS)
    titles = [title for title, _path, _permission in menus]
    assert [title for title in titles if not speaker.knows(title)] == []


def test_a_translation_keeps_the_places_to_fill_in() -> None:
    text = (LOCALE_DIR / "ru" / "messages.po").read_text("utf-8")
    pairs = re.findall(r'msgid "(.+)"\nmsgstr "(.+)"', text)
    broken = [
        source
        for source, said in pairs
        if set(re.findall(r"%\(\w+\)s", source)) != set(re.findall(r"%\(\w+\)s", said))
        and not re.fullmatch(r"[a-z_]+\.[a-z_]+", source)
    ]
    assert pairs
    assert broken == []


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "Найден 1 ответ"),
        (2, "Найдено 2 ответа"),
        (5, "Найдено 5 ответов"),
        (21, "Найден 21 ответ"),
    ],
)
def test_found_answers_are_counted_in_russian(count: int, words: str) -> None:
    assert (
        translator("ru").ngettext("%(count)s answer found", "%(count)s answers found", count)
        == words
    )


@pytest.mark.parametrize("name", NAMES)
def test_template_source_has_no_inline_script_or_style(name: str) -> None:
    source = (TEMPLATES_DIR / name).read_text("utf-8")
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=\"|javascript:", source) == []
    for attributes in re.findall(r"<script([^>]*)>", source):
        assert "src=" in attributes or 'type="application/ld+json"' in attributes


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", contexts.PAGES, ids=contexts.name_of)
def test_page_is_good_html(case: contexts.Case, language: str) -> None:
    name, is_staff, context = case[1:]
    frame = make.frame(language, OLGA if is_staff else make.VISITOR)
    html = render(name, frame, **context)
    assert remarks(html) == []
    assert "\n\n\n\n" not in html


@pytest.mark.parametrize("case", contexts.hostile(), ids=contexts.name_of)
def test_hostile_words_stay_words(case: contexts.Case) -> None:
    name, is_staff, context = case[1:]
    frame = make.frame("ru", OLGA if is_staff else make.VISITOR)
    frame.company.short_name = make.HOSTILE
    html = render(name, frame, **context)
    assert "<script>alert" not in html
    assert "<b onclick" not in html
    assert remarks(html) == []


def test_a_visitors_answer_holds_no_staff_part() -> None:
    context: dict[str, Any] = {"item": make.view(), "as_of": None, "event": "", "siblings": []}
    assert "Канарейка" not in render("site/answer.html", make.frame(), **context)
