"""Putting a draft together: questions merged and cut, fragments moved, ties kept."""

import pytest
from msgspec.structs import replace

from kb_service.base.errors import KbError
from kb_service.letters.rules import arrange
from kb_service.letters.rules.content import checked, origins_kept
from kb_service.letters.rules.coverage import coverage
from kb_service.letters.schemas import (
    Content,
    Face,
    FoundQuestion,
    Fragment,
    FragmentKind,
    Origin,
    Question,
)
from tests.letters import make

ORIGIN = Origin(
    uid="u" * 32, code="K01", title="К", path="/k", number=1, face=Face.LETTER, text="т"
)  # type: ignore[arg-type]


def standard(name: str = "f9") -> Fragment:
    return Fragment(id=name, kind=FragmentKind.STANDARD, text="т", origin=ORIGIN)


def test_found_questions_take_the_place_of_the_old_ones() -> None:
    before = make.content(fragments=[make.own("Да.", "q1", "q2")])
    after = arrange.with_questions(before, [FoundQuestion(text="Прошу", start=0, end=5)])
    assert [one.id for one in after.questions] == ["q1"]
    assert after.fragments[0].questions == ["q1"]


def test_a_merged_question_keeps_its_place_in_the_letter_and_its_answers() -> None:
    before = make.content(fragments=[make.own("Да.", "q2")])
    after = arrange.merged(before, "q2")
    assert [one.text for one in after.questions] == [make.LETTER]
    assert after.fragments[0].questions == ["q1"]
    assert coverage(after).open == []


def test_the_first_question_has_none_before_it() -> None:
    with pytest.raises(KbError, match=r"question\.nothing_before"):
        arrange.merged(make.content(), "q1")


def test_a_question_is_cut_at_the_cursor_with_both_places() -> None:
    after = arrange.split(make.content(), "q1", 6)
    first, second = after.questions[:2]
    assert (first.text, second.text) == ("Прошу", "замерить напряжение.")
    for one in (first, second):
        assert after.letter[one.start : one.end] == one.text
    assert second.id == "q3"


def test_a_question_typed_by_hand_is_cut_without_a_place() -> None:
    content = Content(questions=[Question(id="q1", text="одно и другое")])
    after = arrange.split(content, "q1", 5)
    assert [(one.text, one.end) for one in after.questions] == [("одно", 0), ("и другое", 0)]


@pytest.mark.parametrize("at", [0, 26, 99])
def test_a_cut_outside_the_words_is_refused(at: int) -> None:
    with pytest.raises(KbError, match=r"question\.split_outside"):
        arrange.split(make.content(), "q1", max(at, 0))


def test_a_question_by_hand_stands_where_it_was_put() -> None:
    after = arrange.with_question(make.content(), " А пени? ", after="q1")
    assert [(one.id, one.text) for one in after.questions][1] == ("q3", "А пени?")


def test_an_answered_question_that_is_taken_out_unties_its_answer() -> None:
    after = arrange.without_question(make.content(fragments=[make.own("Да.", "q1")]), "q1")
    assert after.fragments[0].questions == []


def test_fragments_move_within_the_draft_and_no_further() -> None:
    parts = [make.own(str(number), name=f"f{number}") for number in (1, 2, 3)]
    content = make.content(fragments=parts)
    assert [one.id for one in arrange.moved(content, "f1", 99).fragments] == ["f2", "f3", "f1"]
    assert [one.id for one in arrange.moved(content, "f3", -1).fragments] == ["f3", "f1", "f2"]
    with pytest.raises(KbError, match=r"fragment\.missing"):
        arrange.moved(content, "f9", 0)


def test_a_fragment_goes_behind_another_or_to_the_end() -> None:
    content = make.content(fragments=[make.own("1"), make.own("2", name="f2")])
    assert [one.id for one in arrange.with_fragment(content, standard(), after="f1").fragments] == [
        "f1", "f9", "f2",
    ]  # fmt: skip
    assert arrange.with_fragment(content, standard()).fragments[-1].id == "f9"
    assert arrange.own_fragment(content, ["q1"]).id == "f3"


def test_an_empty_fragment_answers_nothing_and_a_reason_sets_aside() -> None:
    content = make.content(fragments=[make.own("  ", "q1")])
    assert coverage(content).open == ["q1", "q2"]
    content.questions[0] = replace(content.questions[0], set_aside="отвечает сетевая организация")
    assert (coverage(content).set_aside, coverage(content).open) == (["q1"], ["q2"])


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (Content(letter="я" * 60_001), "letter"),
        (Content(fragments=[make.own("я" * 32_001)]), "fragment.f1"),
        (Content(fragments=[make.own("1"), make.own("2")]), "fragments"),
        (Content(questions=[Question(id="<b>", text="?")]), "questions"),
        (Content(questions=[Question(id=f"q{n}", text="?") for n in range(61)]), "questions"),
        (Content(fragments=[replace(standard(), kind=FragmentKind.OWN)]), "fragment.f9"),
        (Content(fragments=[replace(standard(), origin=None)]), "fragment.f9"),
    ],
)
def test_what_cannot_be_a_draft_is_refused_with_its_field(content: Content, field: str) -> None:
    with pytest.raises(KbError, match=r"reply\.invalid") as refused:
        checked(content)
    assert field in [one.field for one in refused.value.fields]


def test_a_tie_to_no_question_is_let_go() -> None:
    kept = checked(make.content(fragments=[make.own("Да.", "q1", "q7", "q1")]))
    assert kept.fragments[0].questions == ["q1"]


def test_nobody_writes_where_a_text_came_from_by_hand() -> None:
    before = Content(fragments=[standard()])
    forged = replace(standard(), origin=replace(ORIGIN, number=7), text="иначе")
    assert origins_kept(before, Content(fragments=[forged])).fragments[0].origin == ORIGIN
    with pytest.raises(KbError, match=r"reply\.invalid"):
        origins_kept(Content(), Content(fragments=[standard()]))
