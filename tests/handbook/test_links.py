"""Where a text leads: which of its addresses are links to items, and as what they are kept."""

import time

import pytest

from kb_service.handbook import codec, links
from kb_service.handbook.rules.links import LinkKind, is_own_page, of_document

UID = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("/meters", "/meters"),
        ("/meters/", "/meters"),
        ("/", "/"),
        ("/meters/m01#kto?", "/meters/m01"),
        ("/meters/m01?as_of=2026-01-01#x", "/meters/m01"),
        ("/meters/plan.png/@@download/image", "/meters/plan.png"),
        ("/meters/@search?q=1", "/meters"),
        ("/en/meters", "/meters"),
        ("/en", "/"),
        ("/enter", "/enter"),
        ("/%D1%82%D0%B5%D0%BC%D0%B0", "/тема"),
        (f"/resolveuid/{UID}", UID),
        (f"../../resolveuid/{UID}#x", UID),
        (f"resolveuid/{UID}/@@images/image", UID),
        ("resolveuid/0123", ""),
        ("meters", ""),
        ("#anchor", ""),
        ("//evil.example/x", ""),
        ("/\\evil.example", ""),
        ("https://help.example/meters", ""),
        ("mailto:a@b.example", ""),
        ("tel:112", ""),
        ("{{ company.ask_url }}", ""),
        ("/{{ fact.x }}", ""),
        ("/a%00b", ""),
        ("/" + "x" * 2000, ""),
    ],
)
def test_an_address_of_this_site_is_a_path_or_a_uid(url: str, target: str) -> None:
    assert links.internal(url) == target


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[так](/a) и ![схема](/b.png)", {"/a", "/b.png"}),
        ("[с подсказкой](/a 'Подсказка') и [в скобках](</b>)", {"/a", "/b"}),
        ("[![картинка](/a.png)](/b)", {"/a.png", "/b"}),
        ("[слова][один]\n\n[один]: /a", {"/a"}),
        ("[Один][]\n\n[один]: </a>", {"/a"}),
        ("[один]\n\n[один]: /a 'Подсказка'", {"/a"}),
        ("[один]: /a", set()),
        ("`[так](/a)`", set()),
        ("```\n[так](/a)\n```\n[иначе](/b)", {"/b"}),
        ("~~~ text\n[так](/a)\n~~~~", set()),
        ("```\n[так](/a)", {"/a"}),
        ("<!-- [так](/a) -->[иначе](/b)", {"/b"}),
        (r"\[так](/a)", {"/a"}),
        (r"[так\](/a)", set()),
        ("::: staff\n[внутри](/a)\n:::\n\n::: letter\n[в письме](/b)\n:::\n", {"/a", "/b"}),
        (f"[по имени](../resolveuid/{UID})", {UID}),
        ("[наружу](https://a.example/b) [никуда](#x)", set()),
    ],
)
def test_links_of_a_text_are_found_as_they_are_shown(text: str, found: set[str]) -> None:
    assert links.targets(text) == found


def test_a_document_has_links_in_text_buttons_and_relations() -> None:
    text = (
        "---\ntype: StandardQuestion\ntitle: Вопрос?\n"
        f"related: [/a, /b#x, {UID}, https://a.example]\n"
        "actions:\n  - {label: Туда, url: /c}\n  - {label: Звонок, url: 'tel:112'}\n---\n[да](/a)\n"
    )
    assert of_document(codec.decode(text)) == {
        (LinkKind.TEXT, "/a"),
        (LinkKind.TEXT, "/c"),
        (LinkKind.RELATED, "/a"),
        (LinkKind.RELATED, "/b"),
        (LinkKind.RELATED, UID),
    }


@pytest.mark.parametrize(
    ("target", "is_own"),
    [("/ask", True), ("/search", True), ("/desk/call", True), ("/asks", False), ("/", False)],
)
def test_pages_of_the_service_are_no_items(target: str, *, is_own: bool) -> None:
    assert is_own_page(target) is is_own


@pytest.mark.parametrize(
    "part", ["](", "[", "`", "[x][y]", "](/a", "[a]: /b\n", "(", "```\n", "\\"]
)
def test_no_text_makes_the_reading_slow(part: str) -> None:
    text = part * (200_000 // len(part))
    start = time.perf_counter()
    links.targets(text)
    assert time.perf_counter() - start < 2
