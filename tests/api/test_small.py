"""Language, addresses, lists: the small decisions of an answer."""

import pytest

from kb_service.api.addresses import Addresses
from kb_service.api.language import preferred
from kb_service.api.listing import is_on, provide_listing, words
from kb_service.base.errors import KbError


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("", "ru"),
        ("en", "en"),
        ("en-US,en;q=0.9,ru;q=0.8", "en"),
        ("ru,en;q=0.9", "ru"),
        ("de,fr;q=0.8", "ru"),
        ("de,en;q=0.1", "en"),
        ("en;q=0", "ru"),
        ("en;q=nonsense, *", "ru"),
        (",".join(["de"] * 5000 + ["en"]), "ru"),
    ],
)
def test_the_best_of_our_languages_is_spoken(accept: str, language: str) -> None:
    assert preferred(accept) == language


def of(asked: str, content: str = "/a", query: tuple[tuple[str, str], ...] = ()) -> Addresses:
    return Addresses("https://help.example", asked, content, query)


def test_items_never_have_the_traverser_in_their_address() -> None:
    assert of("/++api++/a").item("/a/b") == "https://help.example/a/b"
    assert of("/++api++").item("/") == "https://help.example/"


@pytest.mark.parametrize("prefix", ["", "/api", "/++api++"])
def test_services_are_reached_as_this_was(prefix: str) -> None:
    assert of(f"{prefix}/a").service("@workflow") == f"https://help.example{prefix}/a/@workflow"


def test_pages_of_a_list_keep_the_question() -> None:
    addresses = of("/api/@search", query=(("q", "свет"), ("b_start", "10"), ("b_size", "5")))
    here = addresses.here(b_start=15, b_size=5)
    assert here == "https://help.example/api/@search?q=%D1%81%D0%B2%D0%B5%D1%82&b_start=15&b_size=5"


def test_cyrillic_paths_are_percent_encoded() -> None:
    assert of("/api/a").item("/свет") == "https://help.example/%D1%81%D0%B2%D0%B5%D1%82"


@pytest.mark.parametrize(
    ("value", "on"), [(None, False), ("", True), ("1", True), ("0", False), ("False", False)]
)
def test_a_switch_is_on_where_given_and_not_off(value: str | None, on: bool) -> None:
    assert is_on(value) is on


def test_words_come_repeated_or_with_commas() -> None:
    assert words(["a,b", " c ", "a", ""]) == ("a", "b", "c")
    assert words(None) == ()


def test_a_batch_that_no_list_has_is_refused() -> None:
    with pytest.raises(KbError, match=r"batch\.wrong"):
        provide_listing(b_start=-1)


def test_whole_items_come_at_most_a_hundred_at_once() -> None:
    assert provide_listing(b_size=1000, fullobjects="1").size == 100
    assert provide_listing(b_size=5000).size == 1000
