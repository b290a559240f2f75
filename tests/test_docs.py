"""Pages that are made from the code agree with it: here the errors, each with its sentences."""

from pathlib import Path

import pytest

from tests import docs_made
from tests.error_codes import all_codes, errors_page, missing_sentences

ERRORS = Path(__file__).parent.parent / "docs" / "errors.md"


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_error_has_a_sentence(language: str) -> None:
    assert missing_sentences(language) == []


def test_the_page_of_errors_is_up_to_date() -> None:
    # Written by `python -m tests.docs_made`.
    assert ERRORS.read_text(encoding="utf-8") == errors_page()


def test_codes_are_noun_and_problem() -> None:
    assert all(one.code.count(".") == 1 and one.code.islower() for one in all_codes())


def test_the_page_of_the_house_names_every_file() -> None:
    page = (docs_made.ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    assert page == docs_made.architecture_page(), "run: make docs"
