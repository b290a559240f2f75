"""Parts put together to one body again."""

import pytest

from kb_service.base.errors import KbError
from kb_service.handbook import parts_writer
from kb_service.handbook.schemas import Parts

PUBLIC = "Раз.\n\nДва.\n"
STAFF = "\n::: staff\nСвоим.\n:::\n"
LETTER = "\n::: letter\nПисьмо.\n:::\n"
BODY = "Раз.\n\n::: staff\nСвоим.\n:::\n\nДва.\n\n::: letter\nПисьмо.\n:::\n"


def test_a_body_with_mistakes_is_refused() -> None:
    with pytest.raises(KbError) as caught:
        parts_writer.replaced("::: staff\n", {"public": "Да.\n"})
    assert caught.value.code == "part.unclosed"


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"staff": "Своим."},
        {"public": "Раз.\n\nДва.\n"},
        {"public": "\nРаз.\n\n\n\nДва.", "letter": "Письмо.\n"},
    ],
)
def test_a_body_that_says_the_same_stays_as_typed(given: dict[str, str]) -> None:
    assert parts_writer.replaced(BODY, given) == BODY


@pytest.mark.parametrize(
    ("given", "body"),
    [
        ({"letter": ""}, f"{PUBLIC}{STAFF}"),
        ({"public": "Раз.\nДва."}, f"Раз.\nДва.\n{STAFF}{LETTER}"),
        (
            {"staff": "Иначе  \nтак.\n"},
            f"{PUBLIC}\n::: staff\nИначе  \nтак.\n:::\n{LETTER}",
        ),
    ],
)
def test_a_changed_part_leaves_the_words_of_the_others(given: dict[str, str], body: str) -> None:
    assert parts_writer.replaced(BODY, given) == body
    assert parts_writer.texts(body) == parts_writer.texts(BODY) | {
        name: text.strip("\n") for name, text in given.items()
    }


def test_parts_that_are_empty_make_no_fence() -> None:
    assert parts_writer.joined(Parts(public="Да.")) == "Да.\n"
    assert parts_writer.joined(Parts()) == ""
