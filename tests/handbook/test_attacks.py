"""Hostile documents are harmless, through both layers together and through each alone."""

import pytest

from kb_service.handbook import markup
from kb_service.handbook.render import Renderer
from kb_service.handbook.safe_html import safe
from kb_service.handbook.schemas import Parts
from tests.handbook.attacks import ATTACKS
from tests.handbook.judge import verdict
from tests.handbook.rendering import CONTEXT


@pytest.fixture(params=ATTACKS)
def attack(request: pytest.FixtureRequest) -> str:
    return ATTACKS[request.param]


def test_there_are_enough_attacks() -> None:
    assert len(ATTACKS) >= 120


def test_a_hostile_document_is_harmless(renderer: Renderer, attack: str) -> None:
    made = renderer.render(Parts(public=attack, staff=attack, letter=attack), CONTEXT)
    for html in (made.public, made.staff, made.letter):
        assert verdict(html) == []
    assert verdict("".join((made.public, made.staff, made.letter))) == []
    assert all(anchor.startswith("h-") for _, anchor, _ in made.toc)


def test_the_tree_alone_is_harmless(attack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(markup, "safe", lambda html: html)
    monkeypatch.setattr(markup, "_machines", {})
    html, _ = markup.to_html(attack, "public", "ru")
    # Bare tags that an editor left open are nh3's to close.
    assert [one for one in verdict(html) if not one.startswith(("open", "unbalanced"))] == []


def test_the_list_alone_is_harmless(attack: str) -> None:
    # The direction of text is Markdown's and Liquid's to mend.
    assert [one for one in verdict(safe(attack)) if one != "turned text"] == []


@pytest.mark.parametrize(
    "html",
    [
        '<a href="javascript:alert(1)" target="_blank">x</a>',
        '<a href="/x" rel="opener" class="skip" id="main">x</a>',
        '<img src="https://evil.example/p.png" onerror="alert(1)">',
        '<img src="/files/a.png" srcset="//evil.example 1x" loading="eager">',
        '<div class="scroll bar" role="dialog" tabindex="5" style="color:red">x</div>',
        '<h2 id="main">x</h2><h1>y</h1><p id="h-x">z</p>',
        '<blockquote cite="javascript:alert(1)">x</blockquote>',
        '<ol start="javascript:1" type="a" class="steps hidden"><li value="9">x</li></ol>',
        '<th scope="row" colspan="99">x</th><td class="num wide">y</td>',
        "<svg><style><a title='</style><img src onerror=alert(1)>'>",
        "<script>alert(1)</script><style>p{}</style><textarea>x</textarea>",
        '<span class="var warn" data-x="1" aria-hidden="true">x</span>',
    ],
)
def test_the_list_takes_only_what_stands_on_it(html: str) -> None:
    assert verdict(safe(html)) == []
    assert "evil" not in safe(html)


def test_the_list_keeps_what_stands_on_it() -> None:
    html = (
        '<h2 id="h-x">x</h2><div class="scroll" role="region" tabindex="0" aria-label="y">'
        '<table><thead><tr><th scope="col" class="num">a</th></tr></thead></table></div>'
        '<ol start="3" class="steps"><li>b</li></ol>'
        '<a href="https://a.b" rel="noopener nofollow" title="t">c</a>'
    )
    kept = safe(html)
    for piece in ('id="h-x"', 'role="region"', 'scope="col"', 'start="3"', "noopener nofollow"):
        assert piece in kept
