"""Putting a draft together: every change of its parts as a function from content to content.

Pages without a script, the script and the API all do the same thing, so it stands here once.
"""

from msgspec.structs import replace

from kb_service.base.errors import missing
from kb_service.letters.schemas import Content, FoundQuestion, Fragment, FragmentKind, Question


def with_questions(content: Content, found: list[FoundQuestion]) -> Content:
    """Give the content with the questions that were found in its letter, the old ones replaced."""
    questions = [
        Question(id=f"q{number}", text=one.text, start=one.start, end=one.end)
        for number, one in enumerate(found, 1)
    ]
    return _retied(content, questions)


def with_question(content: Content, text: str, *, after: str = "") -> Content:
    """Give the content with one more question, typed by hand."""
    questions = list(content.questions)
    place = _place_after([one.id for one in questions], after)
    questions.insert(place, Question(id=_free(content, "q"), text=text.strip()))
    return replace(content, questions=questions)


def without_question(content: Content, name: str) -> Content:
    """Give the content without a question; what answered it stays. Raises: question.missing."""
    _question(content, name)
    return _retied(content, [one for one in content.questions if one.id != name])


def merged(content: Content, name: str) -> Content:
    """Give the content with a question joined to the one before it.

    What answered either answers both. Raises: question.missing.
    """
    place = _place(content, name)
    if place == 0:
        raise missing("question.nothing_before", id=name)
    first, second = content.questions[place - 1 : place + 1]
    together = _joined(content.letter, first, second)
    questions = [*content.questions[: place - 1], together, *content.questions[place + 1 :]]
    fragments = [
        replace(one, questions=[first.id if tie == name else tie for tie in one.questions])
        for one in content.fragments
    ]
    return _retied(replace(content, fragments=fragments), questions)


def split(content: Content, name: str, at: int) -> Content:
    """Give the content with a question cut in two at a letter of its text.

    What answered it goes on answering the first. Raises: question.missing, question.split_outside.
    """
    place = _place(content, name)
    whole = content.questions[place]
    left, right = whole.text[:at], whole.text[at:]
    if not left.strip() or not right.strip():
        raise missing("question.split_outside", id=name)
    is_found = content.letter[whole.start : whole.end] == whole.text
    cut = whole.start + at
    first = replace(whole, text=left.strip())
    second = Question(id=_free(content, "q"), text=right.strip())
    if is_found:
        first.end = cut - (len(left) - len(left.rstrip()))
        second.start, second.end = cut + (len(right) - len(right.lstrip())), whole.end
    else:
        first.start = first.end = 0
    questions = [*content.questions[:place], first, second, *content.questions[place + 1 :]]
    return replace(content, questions=questions)


def with_fragment(content: Content, fragment: Fragment, *, after: str = "") -> Content:
    """Give the content with a fragment behind another one, or at the end."""
    fragments = list(content.fragments)
    fragments.insert(_place_after([one.id for one in fragments], after), fragment)
    return replace(content, fragments=fragments)


def own_fragment(content: Content, questions: list[str], text: str = "") -> Fragment:
    """Give a new empty fragment for own words."""
    return Fragment(
        id=_free(content, "f"), kind=FragmentKind.OWN, text=text, questions=list(questions)
    )


def free_fragment_id(content: Content) -> str:
    """Give an id that no fragment of the draft has."""
    return _free(content, "f")


def without_fragment(content: Content, name: str) -> Content:
    """Give the content without a fragment. Raises: fragment.missing."""
    _fragment_place(content, name)
    return replace(content, fragments=[one for one in content.fragments if one.id != name])


def moved(content: Content, name: str, to: int) -> Content:
    """Give the content with a fragment at another place, 0 the first. Raises: fragment.missing."""
    place = _fragment_place(content, name)
    fragments = list(content.fragments)
    one = fragments.pop(place)
    fragments.insert(max(0, min(to, len(fragments))), one)
    return replace(content, fragments=fragments)


def place_of(content: Content, name: str) -> int:
    """Give the place of a fragment, 0 for the first. Raises: fragment.missing."""
    return _fragment_place(content, name)


def tied(content: Content, name: str, questions: list[str]) -> Content:
    """Give the content with a fragment tied to just these questions. Raises: fragment.missing."""
    place = _fragment_place(content, name)
    fragments = list(content.fragments)
    fragments[place] = replace(fragments[place], questions=list(questions))
    return replace(content, fragments=fragments)


def _joined(letter: str, first: Question, second: Question) -> Question:
    start, end = min(first.start, second.start), max(first.end, second.end)
    is_found = first.end > first.start and second.end > second.start
    text = letter[start:end] if is_found else f"{first.text} {second.text}"
    place = {"start": start, "end": end} if is_found else {"start": 0, "end": 0}
    return replace(first, text=text.strip(), **place)


def _retied(content: Content, questions: list[Question]) -> Content:
    known = {one.id for one in questions}
    fragments = [
        replace(one, questions=[tie for tie in dict.fromkeys(one.questions) if tie in known])
        for one in content.fragments
    ]
    return replace(content, questions=questions, fragments=fragments)


def _question(content: Content, name: str) -> Question:
    return content.questions[_place(content, name)]


def _place(content: Content, name: str) -> int:
    for place, one in enumerate(content.questions):
        if one.id == name:
            return place
    raise missing("question.missing", id=name)


def _fragment_place(content: Content, name: str) -> int:
    for place, one in enumerate(content.fragments):
        if one.id == name:
            return place
    raise missing("fragment.missing", id=name)


def _place_after(names: list[str], after: str) -> int:
    return names.index(after) + 1 if after in names else len(names)


def _free(content: Content, letter: str) -> str:
    """Give the next id; numbers are not used again while a part with a higher one is there."""
    parts = content.questions if letter == "q" else content.fragments
    numbers = [int(one.id[1:]) for one in parts if one.id[:1] == letter and one.id[1:].isdigit()]
    return f"{letter}{max(numbers, default=0) + 1}"
