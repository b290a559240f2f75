"""Small changes of text: telephone links, plain text, excerpts, marks, icons."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from kb_service.base.i18n import translator
from kb_service.web.icons import ICONS, OF_TOPICS, icon, topic_icon
from kb_service.web.marks import is_changed, staff_marks, visitor_marks
from kb_service.web.texts import calls, marked, one_line, plain, telephone
from tests.web import make


@pytest.mark.parametrize(
    ("number", "link"),
    [
        ("0 000 000-01-12", "tel:+70000000112"),
        ("8 (800) 555-35-35", "tel:+78005553535"),
        ("+7 495 123-45-67", "tel:+74951234567"),
        ("112", "tel:112"),
        ("22-33-44", "tel:223344"),
    ],
)
def test_telephone(number: str, link: str) -> None:
    assert telephone(number) == link


@pytest.mark.parametrize(
    ("excerpt", "shown"),
    [
        ("а <mark>б</mark>", "а <mark>б</mark>"),
        ("<script>x</script>", "&lt;script>x&lt;/script>"),
        ("<mark onclick=x>б</mark>", "&lt;mark onclick=x>б</mark>"),
        ("<MARK>", "&lt;MARK>"),
        ("&lt;b&gt;", "&lt;b&gt;"),
    ],
)
def test_only_marks_pass(excerpt: str, shown: str) -> None:
    assert str(marked(excerpt)) == shown


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Раз.</p><p>Два.</p>", "Раз.\n\nДва."),
        ('<ol class="steps"><li>А</li><li>Б <a href="/x">в</a></li></ol>', "1. А\n2. Б в"),
        ("<ul><li>А<ul><li>Б</li></ul></li><li>В</li></ul>", "– А\n\n– Б\n\n– В"),
        ("<h2>З</h2>\n<p>п\nр</p>", "З\n\nп р"),
        ("5&nbsp;000&nbsp;₽ &amp; &lt;", "5\u00a0000\u00a0₽ & <"),
        ("а<br>б", "а\nб"),
        ("", ""),
    ],
)
def test_plain(html: str, text: str) -> None:
    assert plain(html) == text


def test_own_numbers_become_links_and_nothing_else() -> None:
    html = str(calls("<b>0 000 000-01-00</b> или 112", ["0 000 000-01-00", "112", ""]))
    assert html == (
        '&lt;b&gt;<a class="nowrap" href="tel:+70000000100">0 000 000-01-00</a>&lt;/b&gt; или 112'
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [("коротко", "коротко"), ("раз два три", "раз два…"), ("а\n б", "а б"), ("", "")],
)
def test_one_line(text: str, shown: str) -> None:
    assert one_line(text, 9) == shown


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ["✓ проверено 20.11.2026", "изменилось 24.11.2026"]),
        ({"checked": False, "revision": 1}, ["не сверено"]),
        ({"review_by": date(2026, 11, 23), "revision": 1}, ["пора проверить с 23.11.2026"]),
        ({"review_by": date(2026, 11, 24), "revision": 1}, ["✓ проверено 20.11.2026"]),
        ({"state": "private", "revision": 1}, ["не опубликовано", "✓ проверено 20.11.2026"]),
        (
            {"audience": "staff", "revision": 1},
            ["только для сотрудников", "✓ проверено 20.11.2026"],
        ),
    ],
)
def test_marks_for_staff(changes: dict[str, Any], words: list[str]) -> None:
    marks = staff_marks(translator("ru"), make.card(**changes), make.TODAY)
    assert [text for _tone, text in marks] == words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, []),
        ({"checked": False}, ["уточняется"]),
        ({"review_by": date(2026, 11, 23)}, ["проверяем заново"]),
    ],
)
def test_marks_for_visitors(changes: dict[str, Any], words: list[str]) -> None:
    marks = visitor_marks(translator("ru"), make.card(**changes), make.TODAY)
    assert [text for _tone, text in marks] == words


@pytest.mark.parametrize(
    ("revision", "days", "changed"), [(2, 0, True), (2, 14, True), (2, 15, False), (1, 0, False)]
)
def test_a_first_revision_is_new_not_changed(revision: int, days: int, changed: bool) -> None:
    moment: datetime = make.NOON - timedelta(days=days)
    assert is_changed(make.card(revision=revision, modified=moment), make.TODAY) is changed


def test_every_topic_has_its_icon() -> None:
    assert {name for name in OF_TOPICS.values() if name not in ICONS} == set()
    assert topic_icon("/payment/srok") == icon("card")
    assert topic_icon("/anything") == icon("book")


def test_an_unknown_icon_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        icon("unknown")
