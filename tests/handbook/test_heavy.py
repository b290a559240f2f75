"""Pathological documents: each ends in time, and the next ordinary one is shown."""

from time import perf_counter

import pytest

from kb_service.base.errors import KbError
from kb_service.handbook.render import Renderer
from kb_service.handbook.schemas import Parts
from tests.handbook.judge import verdict
from tests.handbook.rendering import CONTEXT

TIMEOUT_S = 0.5
# Until a hung process is noticed, ended and replaced, on a busy machine.
RESTART_S = 1.5

HEAVY: dict[str, str] = {
    "brackets": "[" * 8_000,
    "open links": "[a](" * 10_000,
    "open links with titles": '[a](b "' * 8_000,
    "links in links": "[" * 2_000 + "a" + "](/x)" * 2_000,
    "pictures": "![" * 20_000,
    "references": "[a][b]" * 8_000 + "\n\n[b]: /x",
    "definitions of references": "".join(f"[{number}]: /x\n" for number in range(5_000)),
    "footnotes": "".join(f"[^{n}]" for n in range(3_000))
    + "\n\n"
    + "".join(f"[^{n}]: x\n" for n in range(3_000)),
    "one footnote often": "[^1]" * 10_000 + "\n\n[^1]: x",
    "footnote in itself": "[^1]\n\n[^1]: " + "[^1]" * 5_000,
    "abbreviations": "A " * 9_000 + "\n\n" + "".join(f"*[A{n}]: x\n" for n in range(3_000)),
    "stars": "*" * 60_000,
    "open stars": "*a " * 20_000,
    "stars in pairs": "**a *b " * 8_000,
    "underscores": "_a_" * 20_000,
    "open underscores": "_a " * 20_000,
    "backticks": "`" * 60_000,
    "growing backticks": "".join("`" * n + "a" for n in range(1, 340)),
    "tildes": "~~a " * 15_000,
    "angles": "<" * 60_000,
    "open autolinks": "<http://a" * 7_000,
    "open mail": "<a@" * 20_000,
    "open bare tags": "<b><i>" * 3_000,
    "comments": "<!--" * 15_000,
    "blocks of HTML": "<div>\n\n" * 8_000,
    "entities": "&#60;" * 12_000,
    "ampersands": "&" * 60_000,
    "backslashes": "\\" * 20_000,
    "nested list in one line": "- " * 3_000 + "a",
    "nested list": "".join(" " * 4 * n + "- a\n" for n in range(170)),
    "nested quotes": "> " * 5_000 + "a",
    "quotes and lists": "> - " * 3_000 + "a",
    "long list": "- a\n" * 5_000,
    "loose list": "- a\n\n" * 4_000,
    "wide table": "|" + "a|" * 8_000 + "\n|" + "-|" * 8_000 + "\n" + "|" * 8_000,
    "long table": "|a|b|\n|-|-|\n" + "|c|d|\n" * 3_000,
    "ticks in a table": "|a|b|\n|-|-|\n|" + "`" * 20_000 + "|",
    "headings": "# a\n" * 12_000,
    "equal headings": "a\n=\n\n" * 2_000,
    "callouts in callouts": "".join(" " * 4 * n + "!!! note\n" for n in range(170)),
    "callouts": "!!! note\n    a\n\n" * 1_500,
    "open callout": '!!! note "' + '"' * 50_000,
    "definitions": "a\n: b\n\n" * 2_500,
    "blanks": " " * 60_000 + "a",
    "blanks in lines": ("a" + " " * 200 + "\n") * 280,
    "line ends": "\n" * 60_000 + "a",
    "code fences": "```\na\n" * 3_000,
    "rules": "- - - " * 10_000,
    "marks": "⟦" * 20_000,
}


# Seconds are measured: run alone, after the others.
@pytest.mark.proof
@pytest.mark.parametrize("name", HEAVY)
def test_a_pathological_document_ends_in_time(heavy_renderer: Renderer, name: str) -> None:
    start = perf_counter()
    try:
        html = heavy_renderer.render(Parts(letter=HEAVY[name]), CONTEXT).letter
    except KbError as error:
        if error.code not in ("render.too_heavy", "render.failed"):
            raise
        html = ""
    assert verdict(html) == []
    after = heavy_renderer.render(Parts(public=f"Дальше: **{name}**"), CONTEXT).public
    assert after == f"<p>Дальше: <strong>{name}</strong></p>"
    assert perf_counter() - start < TIMEOUT_S + RESTART_S


def test_a_heavy_text_does_not_get_its_seconds_again(heavy_renderer: Renderer) -> None:
    parts = Parts(public="![" * 30_000)
    with pytest.raises(KbError, match=r"render\.too_heavy"):
        heavy_renderer.render(parts, CONTEXT)
    start = perf_counter()
    with pytest.raises(KbError, match=r"render\.too_heavy") as caught:
        heavy_renderer.render(parts, CONTEXT)
    assert perf_counter() - start < 0.1
    assert caught.value.params["part"] == "public"
