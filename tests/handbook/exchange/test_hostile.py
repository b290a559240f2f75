"""Uploads made to take for ever: the time of reading grows with the size and no faster.

Measured in processor time of this thread, so that a busy machine changes nothing. Each text takes
minutes where a step looks at all that follows from each place of it.
"""

import json
import time
from collections.abc import Callable

import pytest

from kb_service.base.errors import KbError
from kb_service.handbook.exchange import markdown
from kb_service.handbook.exchange.reading import read_bytes

_SECONDS = 5.0


def _seconds(read: Callable[[], object]) -> float:
    began = time.thread_time()
    read()
    return time.thread_time() - began


@pytest.mark.parametrize("piece", ["{{", "{%", "{{{%", "{{ a }}", "{{ %} {% }} "])
def test_liquid_that_never_ends_is_read_in_one_pass(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    assert _seconds(lambda: markdown.escaped(text)) < _SECONDS


@pytest.mark.parametrize(
    ("before", "piece", "after", "count"),
    [
        ("<p>a", "<br>", "x</p>", 20_000),
        ("<p>a", "<br> 1<br>", "x</p>", 8_000),
        ("<ol>", "<li>a</li>", "</ol>", 8_000),
        ("<table><thead>", "<tr><td>a</td></tr>", "</thead></table>", 4_000),
        ("<table><tr>", "<td colspan=1000>a</td>", "</tr></table>", 6_000),
    ],
    ids=["breaks", "numbers", "list", "head", "columns"],
)
def test_html_of_many_pieces_is_read_in_time(
    before: str, piece: str, after: str, count: int
) -> None:
    html = f"{before}{piece * count}{after}"
    assert _seconds(lambda: markdown.markdown_of(html)) < _SECONDS


def test_a_plain_text_of_plone_is_read_in_time() -> None:
    item = {
        "@type": "Document",
        "@id": "https://example.org/a",
        "title": "t",
        "text": {"data": "{{" * 30_000, "content-type": "text/plain"},
    }
    data = json.dumps([item]).encode()
    assert _seconds(lambda: read_bytes("a.json", data)) < _SECONDS


def test_html_that_is_far_larger_than_a_document_is_refused_before_it_is_told_anew() -> None:
    with pytest.raises(KbError) as refused:
        markdown.markdown_of("<p>aaaaaaaa</p>" * 100_000)
    assert refused.value.code == "html.too_large"


def test_what_is_written_stays_the_same() -> None:
    assert markdown.escaped("[a] {{ fact.x }} *b* {% if a %}{{ open") == (
        "\\[a\\] {{ fact.x }} \\*b\\* {% if a %}{{ open"
    )
    assert markdown.markdown_of('<ol start="3"><li>a</li><li></li><li>b</li></ol>') == (
        "3. a\n5. b\n"
    )
    html = "<table><thead><tr><td>a</td></tr><tr><td>b</td></tr></thead></table>"
    assert markdown.markdown_of(html) == "| a |\n| --- |\n| b |\n"
