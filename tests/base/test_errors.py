"""Errors: a code, a kind, the values of the sentence."""

import pytest

from kb_service.base.errors import (
    FieldError,
    KbError,
    Kind,
    conflict,
    forbidden,
    invalid,
    missing,
    unauthenticated,
)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (KbError("toy.wrong"), Kind.INVALID),
        (invalid("toy.wrong"), Kind.INVALID),
        (missing("toy.missing"), Kind.MISSING),
        (forbidden("toy.forbidden"), Kind.FORBIDDEN),
        (unauthenticated("session.needed"), Kind.UNAUTHENTICATED),
        (conflict("toy.busy"), Kind.CONFLICT),
        (KbError("toy.busy", Kind.TOO_MANY), Kind.TOO_MANY),
    ],
)
def test_each_maker_gives_its_kind(error: KbError, kind: Kind) -> None:
    assert error.kind is kind


def test_an_error_says_its_code_and_values() -> None:
    assert str(missing("item.missing", path="/x", line=3)) == "item.missing (path=/x, line=3)"
    assert str(KbError("toy.wrong")) == "toy.wrong"


def test_an_error_says_what_would_be_valid() -> None:
    assert conflict("workflow.impossible", allowed=("publish",)).allowed == ("publish",)


def test_a_form_has_an_error_at_each_field() -> None:
    error = invalid("form.wrong", FieldError("title", "title.missing"), FieldError("x", "y.z"))
    assert [field.field for field in error.fields] == ["title", "x"]
