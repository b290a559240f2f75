"""One body as three texts and back: nothing is lost, what is not touched stays to the letter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb_service.base.errors import KbError
from kb_service.handbook import parts
from kb_service.handbook.faces import FACES, place_of, rejoined, texts

WHOLE = "Ответ.\n\n::: staff\nВнутри.\n:::\n\n::: letter\nПисьмо.\n:::\n"
BETWEEN = "Начало.\n\n::: staff\nА.\n:::\n\nСередина.\n\n::: letter\nБ.\n:::\nКонец.\n"


def changed(body: str, **texts_wanted: str) -> str:
    return rejoined(body, {**texts(body), **texts_wanted})


@pytest.mark.parametrize("name", FACES)
@pytest.mark.parametrize("line", ["::: staff", "::: letter", ":::", "::: ", ":::  \t", "::: x"])
def test_a_fence_inside_a_text_is_refused(name: str, line: str) -> None:
    with pytest.raises(KbError, match=r"part\.fence_inside") as caught:
        changed(WHOLE, **{name: f"а\n{line}\nб"})
    assert [(one.field, one.params["line"]) for one in caught.value.fields] == [(name, 2)]


@pytest.mark.parametrize(
    ("body", "wanted", "made"),
    [
        (WHOLE, {"public": "Другой."}, WHOLE.replace("Ответ.", "Другой.")),
        (WHOLE, {"staff": "Раз.\n\nДва."}, WHOLE.replace("Внутри.", "Раз.\n\nДва.")),
        (WHOLE, {"letter": "Иначе."}, WHOLE.replace("Письмо.", "Иначе.")),
        (WHOLE, {"staff": ""}, "Ответ.\n\n::: letter\nПисьмо.\n:::\n"),
        (WHOLE, {"letter": " \n"}, "Ответ.\n\n::: staff\nВнутри.\n:::\n"),
        (WHOLE, {"staff": "", "letter": ""}, "Ответ.\n"),
        (WHOLE, {"public": ""}, WHOLE.replace("Ответ.\n", "")),
        ("Ответ.\n", {"staff": "Внутри."}, "Ответ.\n\n::: staff\nВнутри.\n:::\n"),
        ("Ответ.", {"letter": "П."}, "Ответ.\n\n::: letter\nП.\n:::\n"),
        ("", {"staff": "Внутри."}, "::: staff\nВнутри.\n:::\n"),
        ("", {"public": "Ответ."}, "Ответ.\n"),
        ("::: staff\nА.\n:::\n", {"public": "Ответ."}, "Ответ.\n\n::: staff\nА.\n:::\n"),
        (BETWEEN, {"staff": ""}, "Начало.\n\nСередина.\n\n::: letter\nБ.\n:::\nКонец.\n"),
        (BETWEEN, {"public": "Начало.\n\nЦентр.\n\nКонец."}, BETWEEN.replace("Середина", "Центр")),
        (
            BETWEEN,
            {"public": "Начало.\nЕщё.\n\nСередина.\n\nКонец."},
            BETWEEN.replace("Начало.", "Начало.\nЕщё."),
        ),
    ],
)
def test_a_changed_text_goes_to_its_place(body: str, wanted: dict[str, str], made: str) -> None:
    assert changed(body, **wanted) == made


def test_public_text_between_fences_is_one_text() -> None:
    assert texts(BETWEEN) == {
        "public": "Начало.\n\nСередина.\n\nКонец.", "staff": "А.", "letter": "Б.",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "place"),
    [
        (1, ("public", 1)), (3, ("", 3)), (4, ("staff", 1)), (7, ("public", 3)),
        (10, ("letter", 1)), (12, ("public", 5)),
    ],
)  # fmt: skip
def test_a_line_of_the_body_is_found_in_its_text(line: int, place: tuple[str, int]) -> None:
    assert place_of(BETWEEN, line) == place
    if place[0]:
        shown = texts(BETWEEN)[place[0]].split("\n")[place[1] - 1]
        assert shown == BETWEEN.split("\n")[line - 1]


WORDS = st.lists(st.sampled_from(["", "а", "б", "  в", "- г", "# д", "\t"]), max_size=6)
TEXT = WORDS.map("\n".join)


@st.composite
def bodies(draw: st.DrawFn) -> str:
    """Bodies with each part at most once, anywhere."""
    pieces = [draw(TEXT)]
    for name in draw(st.lists(st.sampled_from(["staff", "letter"]), unique=True)):
        pieces += [f"::: {name}\n{draw(TEXT)}\n:::", draw(TEXT)]
    return "\n".join(pieces)


@given(bodies())
def test_what_is_not_touched_stays_to_the_letter(body: str) -> None:
    assert rejoined(body, texts(body)) == body


def written(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


@given(bodies(), TEXT, TEXT, TEXT)
def test_no_written_line_is_lost(body: str, public: str, staff: str, letter: str) -> None:
    wanted = {"public": public, "staff": staff, "letter": letter}
    made = parts.split(rejoined(body, wanted))
    assert [written(getattr(made, name)) for name in FACES] == [
        written(wanted[name]) for name in FACES
    ]
