"""Rendering: what editors write keeps its meaning in the look of the house."""

from pathlib import Path

import msgspec
import pytest

from kb_service.handbook import codec, parts
from kb_service.handbook.render import Renderer
from kb_service.handbook.schemas import Parts
from tests.handbook.judge import verdict
from tests.handbook.rendering import COMPANY, CONTEXT

DATA = Path(__file__).parent.parent / "data" / "handbook"

KEPT = [
    pytest.param(
        "Просто *слова* и **важно**.", "<p>Просто <em>слова</em> и <strong>важно</strong>.</p>"
    ),
    pytest.param("# Первый", '<h2 id="h-первый">Первый</h2>', id="h1 becomes h2"),
    pytest.param("## Когда включат?", '<h2 id="h-когда-включат">Когда включат?</h2>', id="anchor"),
    pytest.param("1. Раз\n2. Два", '<ol class="steps">\n<li>Раз</li>', id="steps"),
    pytest.param("> 1. Раз", "<ol>\n<li>Раз</li>", id="no steps inside a quote"),
    pytest.param("- а\n    - б", "<li>а<ul>\n<li>б</li>", id="nested list"),
    pytest.param(
        "Нужны:\n- паспорт\n- договор", "<p>Нужны:</p>\n<ul>\n<li>паспорт</li>", id="list"
    ),
    pytest.param("Так:\n1. Раз\n2. Два", '<p>Так:</p>\n<ol class="steps">', id="steps at once"),
    pytest.param("- [x] есть\n- [ ] нет", "<li>☑ есть</li>\n<li>☐ нет</li>", id="task boxes"),
    pytest.param("**Уточняется.** Срок.", '<p class="callout warn"><strong>Уточняется.</strong>'),
    pytest.param("Не **Уточняется.** Срок.", "<p>Не <strong>", id="not at the start"),
    pytest.param(
        "!!! danger\n    Не трогайте.",
        '<div class="callout danger">\n<p><strong>Опасно.</strong></p>\n<p>Не трогайте.</p>',
        id="callout",
    ),
    pytest.param(
        '!!! tip "Своё"\n    Да.', '<div class="callout ok">\n<p><strong>Своё</strong></p>'
    ),
    pytest.param("[к](/a/b) [я](#x)", '<a href="/a/b">к</a> <a href="#x">я</a>', id="site links"),
    pytest.param("[к](https://a.b)", '<a href="https://a.b" rel="noopener nofollow">к</a>'),
    pytest.param("[п](mailto:a@b.c)", '<a href="mailto:a@b.c">п</a>', id="mail"),
    pytest.param("[т](tel:8 (800) 555-35-35)", '<a href="tel:+78005553535">т</a>', id="telephone"),
    pytest.param("## Раз\n\n[к](#раз)", '<a href="#h-раз">к</a>', id="short anchor"),
    pytest.param(
        "<https://a.b/c>", '<a href="https://a.b/c" rel="noopener nofollow">https://a.b/c</a>'
    ),
    pytest.param("<me@a.b>", '<a href="mailto:me@a.b">me@a.b</a>', id="bare mail"),
    pytest.param(
        '![вид](/files/a.png "т")', '<img alt="вид" loading="lazy" src="/files/a.png" title="т">'
    ),
    pytest.param("слово[^1]\n\n[^1]: сноска", '<sup id="h-fnref:1"><a href="#h-fn:1">1</a></sup>'),
    pytest.param(
        "Термин\n:   Значение", "<dl>\n<dt>Термин</dt>\n<dd>Значение</dd>", id="definition"
    ),
    pytest.param(
        "МКД — дом\n\n*[МКД]: многоквартирный дом", '<abbr title="многоквартирный дом">МКД</abbr>'
    ),
    pytest.param("~~было~~ стало", "<del>было</del> стало", id="deleted"),
    pytest.param(
        "H<sub>2</sub>O<br>м<sup>2</sup>", "H<sub>2</sub>O<br>м<sup>2</sup>", id="bare tags"
    ),
    pytest.param("```\n<b> {x}\n```", "<pre><code>&lt;b&gt; {x}\n</code></pre>", id="code block"),
    pytest.param("`<b>` и `*x*`", "<code>&lt;b&gt;</code> и <code>*x*</code>", id="code"),
    pytest.param("a < b и c > d & e", "<p>a &lt; b и c &gt; d &amp; e</p>", id="signs"),
    pytest.param("а&nbsp;б &laquo;в&raquo;", "<p>а&nbsp;б «в»</p>", id="entities"),
    pytest.param("а<!-- себе -->б", "<p>аб</p>", id="comment"),
    pytest.param("> цитата", "<blockquote>\n<p>цитата</p>\n</blockquote>", id="quote"),
    pytest.param("\\*не курсив\\* 2\\. д", "<p>*не курсив* 2. д</p>", id="escaped"),
    pytest.param("\ufeffтекст\tс табуляцией", "<p>", id="odd blanks"),
]


@pytest.mark.parametrize(("text", "wanted"), KEPT)
def test_what_editors_write_keeps_its_meaning(renderer: Renderer, text: str, wanted: str) -> None:
    html = renderer.render(Parts(public=text), CONTEXT).public
    assert wanted in html
    assert verdict(html) == []


def test_a_table_scrolls_in_a_frame_with_a_name(renderer: Renderer) -> None:
    text = "## Цены\n\n| Что | Сколько |\n|---|--:|\n| а | 1 |\n"
    html = renderer.render(Parts(public=text), CONTEXT).public
    assert '<div aria-label="Цены" class="scroll" role="region" tabindex="0"><table>' in html
    assert '<th scope="col">Что</th>\n<th class="num" scope="col">Сколько</th>' in html
    assert '<td class="num">1</td>' in html
    alone = renderer.render(Parts(public=text.split("\n\n")[1]), CONTEXT).public
    assert 'aria-label="Таблица"' in alone


def test_headings_are_listed_with_their_anchors(renderer: Renderer) -> None:
    text = "# Раз &amp; *два*\n\n### Три\n\n## Раз & два\n"
    made = renderer.render(Parts(public=text, staff="## Своё"), CONTEXT)
    assert made.toc == [
        (2, "h-раз-два", "Раз & два"),
        (3, "h-три", "Три"),
        (2, "h-раз-два_1", "Раз & два"),
    ]
    assert 'id="s-своё"' in made.staff


def test_the_words_that_rendering_adds_follow_the_language(renderer: Renderer) -> None:
    english = msgspec.structs.replace(CONTEXT, language="en")
    text = "!!! warning\n    x\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nx[^1]\n\n[^1]: y\n"
    html = renderer.render(Parts(public=text), english).public
    assert "Attention." in html
    assert 'aria-label="Table"' in html
    assert 'aria-label="Back to the text, note 1"' in html


@pytest.mark.parametrize("name", sorted(file.name for file in DATA.glob("*.md")))
def test_shipped_documents_are_shown(renderer: Renderer, name: str) -> None:
    document = codec.decode((DATA / name).read_text(encoding="utf-8"))
    company = COMPANY | {"outages_url": "/o", "site_url": "/"}
    context = msgspec.structs.replace(CONTEXT, company=company)
    made = renderer.render(parts.split(document.body), context)
    for html in (made.public, made.staff, made.letter):
        assert html
        assert verdict(html) == []
        assert not any(mark in html for mark in ("{{", ":::", "**", "\n- ", "&lt;"))
    assert 'class="var warn"' in made.letter or "applicant" not in document.body
