from typing import Any

import msgspec
import pytest

from kb_service.base.ids import Uid
from kb_service.search.journal import MAX_LETTERS, Event, Journal, kept
from tests.search.make import NOW


def event(**values: Any) -> Event:
    plain = Event(
        uid=Uid("0" * 32),
        moment=NOW,
        channel="site",
        staff=False,
        query="нет света",
        corrected="",
        found=["O01"],
        total=1,
        confident=True,
        confidence=0.8,
        danger="",
        legs=["lexical"],
    )
    return msgspec.structs.replace(plain, **values)


PRIVATE = {
    "a telephone": ("перезвоните 8 921 123-45-67", "921"),
    "an address": ("нет света ул. Ленина, д. 5, кв. 12", "Ленина"),
    "an account": ("л/с 1234567890 долг", "1234567890"),
    "an e-mail": ("пишите на ivanov@example.org", "ivanov"),
}


@pytest.mark.parametrize("name", PRIVATE)
def test_personal_data_never_get_in(name: str) -> None:
    typed, secret = PRIVATE[name]
    journal = Journal()
    journal.note(event(query=typed, corrected=typed))
    (noted,) = journal.take()
    assert secret not in noted.query + noted.corrected


def test_ordinary_question_is_kept_as_asked() -> None:
    assert kept("почему 354-е постановление и 220 вольт?") == (
        "почему 354-е постановление и 220 вольт?"
    )


@pytest.mark.parametrize("typed", ["а" * 5000, "8 921 123-45-67 " * 400, "\x00" * 700])
def test_text_is_cut_and_has_no_nul(typed: str) -> None:
    assert len(kept(typed)) <= MAX_LETTERS
    assert "\x00" not in kept(typed)


def test_number_at_the_cut_does_not_slip_through() -> None:
    for place in range(MAX_LETTERS - 14, MAX_LETTERS + 2):
        assert "123-45" not in kept("а" * (place - 1) + " 8 921 123-45-67")


def test_taken_events_are_forgotten() -> None:
    journal = Journal()
    assert journal.is_empty
    journal.note(event())
    assert not journal.is_empty
    assert len(journal.take()) == 1
    assert journal.take() == []
