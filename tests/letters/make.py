"""Lawful drafts for tests: made by acts, as the specialist Sergey where nobody else is named."""

from kb_service.base.ids import Uid
from kb_service.base.work import Work
from kb_service.letters import queries
from kb_service.letters.acts import drafting, finishing
from kb_service.letters.schemas import Card, Content, Fragment, FragmentKind, Question

LETTER = "Прошу замерить напряжение. До какого числа платить?"
CARD = Card(name="Смирнова Анна Петровна", account="1203", number="1187/П")


def content(*, questions: int = 2, card: Card = CARD, **fields: object) -> Content:
    """Give a letter with its questions found and nothing written yet."""
    asked = [
        Question(id="q1", text="Прошу замерить напряжение.", start=0, end=26),
        Question(id="q2", text="До какого числа платить?", start=27, end=51),
    ]
    return Content(letter=LETTER, card=card, questions=asked[:questions], **fields)  # type: ignore[arg-type]


def own(text: str, *questions: str, name: str = "f1") -> Fragment:
    """Give a fragment of own words."""
    return Fragment(id=name, kind=FragmentKind.OWN, text=text, questions=list(questions))


def draft(work: Work, whole: Content | None = None) -> Uid:
    """Begin a draft of the letter."""
    return drafting.begin(work, whole or content(), tab="t1")


def replied(work: Work, item: str, more: str | None = "", *, is_ready: bool = True) -> Uid:
    """Put a standard text into a draft, add words to it (None: take it out), make it ready."""
    uid = draft(work, content(questions=0, fragments=[own("Ответим.")]))
    edition = drafting.insert(work, uid, item, questions=[], tab="t1").edition
    if more != "":
        whole = queries.draft(work, uid).content
        one = whole.fragments.pop()
        if more is not None:
            one.text = f"{one.text} {more}"
            whole.fragments.append(one)
        edition = drafting.write(work, uid, whole, based_on=edition, tab="t1").edition
    if is_ready:
        finishing.make_ready(work, uid, based_on=edition)
    return uid
