"""Short names and paths: Plone's letters, free among neighbours, nobody else's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.base.errors import KbError
from kb_service.handbook.rules import paths

WRONG = [
    pytest.param("", "path.wrong", id="empty"),
    pytest.param("meters", "path.wrong", id="no slash"),
    pytest.param("//meters", "path.wrong", id="two slashes"),
    pytest.param("/meters/", "path.wrong", id="slash at the end"),
    pytest.param("/meters//x", "path.wrong", id="empty segment"),
    pytest.param("/.", "path.wrong", id="dot"),
    pytest.param("/a/../b", "path.wrong", id="upwards"),
    pytest.param("/.hidden", "path.wrong", id="hidden"),
    pytest.param("/a/b.", "path.wrong", id="dot at the end"),
    pytest.param("/счётчики", "path.wrong", id="Cyrillic"),
    pytest.param("/a b", "path.wrong", id="blank"),
    pytest.param("/a\n", "path.wrong", id="line end"),
    pytest.param("/a%2e", "path.wrong", id="percent"),
    pytest.param("/a\\b", "path.wrong", id="backslash"),
    pytest.param("/a?b", "path.wrong", id="question mark"),
    pytest.param("/a\u200b", "path.wrong", id="zero width"),
    pytest.param("/@search", "path.wrong", id="Plone's endpoint"),
    pytest.param("/a/@@view", "path.wrong", id="Plone's view"),
    pytest.param("/_facts", "path.wrong", id="a sheet"),
    pytest.param("/a/_x", "path.wrong", id="underscore below"),
    pytest.param("/++api++", "path.wrong", id="Plone's traverser"),
    pytest.param("/a/x.md", "path.wrong", id="a document's ending"),
    pytest.param("/a/x.conflict", "path.wrong", id="a conflict's ending"),
    pytest.param("/" + "a" * 121, "path.wrong", id="long name"),
    pytest.param("/a" * 9, "path.wrong", id="too deep"),
    pytest.param("/" + "/".join(["a" * 100] * 6), "path.wrong", id="long path"),
    pytest.param("/a/index", "path.reserved", id="a topic's own text"),
    *[pytest.param(f"/{name}", "path.reserved", id=name) for name in sorted(paths.RESERVED)],
    pytest.param("/API/x", "path.reserved", id="in capitals"),
]


@pytest.mark.parametrize(("path", "code"), WRONG)
def test_a_path_where_nothing_can_be(path: str, code: str) -> None:
    with pytest.raises(KbError) as caught:
        paths.check(path)
    assert caught.value.code == code


def test_the_service_keeps_its_own_first_segments() -> None:
    own = "admin api desk edit en files reports research static widget"
    assert set(own.split()) <= paths.RESERVED


@pytest.mark.parametrize(
    "path",
    ["/", "/meters", "/meters/kto-platit", "/meters/Blank_1.pdf", "/a/files", "/a/en", "/a~b/1"],
)
def test_a_path_where_something_can_be(path: str) -> None:
    paths.check(path)


SLUGS = [
    ("Как передать показания", "kak-peredat-pokazaniia"),
    ("Сломался счётчик!", "slomalsia-schetchik"),
    ("Объём: щит, ещё эхо", "obem-shchit-eshche-ekho"),
    ("Уезжаю надолго", "uezzhaiu-nadolgo"),
    ("ПОДЪЕЗД № 5 — цех, жара", "podezd-no-5-tsekh-zhara"),
    ("Открыта подстанция", "otkryta-podstantsiia"),
    ("и\u0306од е\u0308лка", "iod-elka"),
    ("How to pay?", "how-to-pay"),
    ("Ærø café", "aero-cafe"),
    ("😀 !!!", "item"),
    ("", "item"),
    ("API", "api-1"),
    ("Index", "index-1"),
]


@pytest.mark.parametrize(("title", "name"), SLUGS)
def test_a_title_gives_plones_short_name(title: str, name: str) -> None:
    assert paths.slug(title) == name


def test_a_long_title_is_cut_between_words() -> None:
    name = paths.slug("Почему так долго " * 400)
    assert len(name) <= paths.MAX_NAME
    assert name.endswith(("pochemu", "tak", "dolgo"))


@given(st.text(max_size=60))
def test_every_title_gives_a_valid_name(title: str) -> None:
    paths.check(paths.join("/meters", paths.slug(title)))
    paths.check(paths.join("/", paths.slug(title)))


@pytest.mark.parametrize(
    ("name", "taken", "free"),
    [
        ("a", set(), "a"),
        ("a", {"b"}, "a"),
        ("a", {"a"}, "a-1"),
        ("a", {"a", "a-1", "a-3"}, "a-2"),
        ("Blank.PDF", {"blank.pdf"}, "Blank-1.PDF"),
        ("blank.pdf", {"x"}, "blank.pdf"),
    ],
)
def test_a_name_is_free_among_its_neighbours(name: str, taken: set[str], free: str) -> None:
    assert paths.unique(name, taken) == free


def test_a_path_is_joined_under_its_parent() -> None:
    assert paths.join("/", "a") == "/a"
    assert paths.join("/a", "b") == "/a/b"
