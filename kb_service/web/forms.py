"""Forms: their fields, their problems as sentences at the field, and own paths to go on to.

A form that is refused is raised, not returned: what led to it is rolled back, and the page that
says why is the answer.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from litestar import Request, Response
from litestar.datastructures.multi_dicts import FormMultiDict

from kb_service.base.errors import KbError, Kind
from kb_service.base.i18n import translator
from kb_service.web.errors import STATUS
from kb_service.web.frame import Frame

# Kinds that have a page of their own; all others are told in the form.
_ELSEWHERE = (Kind.UNAUTHENTICATED, Kind.FORBIDDEN, Kind.MISSING, Kind.UNAVAILABLE)
# One slash first and no second, no backslash and nothing that a browser would take away.
_OWN_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\\\x7f-\xa0\ufeff]*")
_MAX_PATH = 2000

Problems = list[tuple[str, str]]


class FormRefused(Exception):  # noqa: N818 - named for what happened
    """A form that was not taken; carries the page that says why."""

    def __init__(self, response: Response[Any]) -> None:
        super().__init__()
        self.response = response


def answer_refused(_request: Request[Any, Any, Any], error: FormRefused) -> Response[Any]:
    """Answer with the page that the refusal carries."""
    return error.response


REFUSALS: Any = {FormRefused: answer_refused}


async def provide_form(request: Request[Any, Any, Any]) -> FormMultiDict:
    """Give the fields of a posted form: the dependency `form`."""
    return await request.form()


def text_of(form: FormMultiDict, name: str) -> str:
    """Give the text of a field, never with NUL; an absent one, or a file, is empty."""
    value = form.get(name, "")
    return value.replace("\0", "\ufffd") if isinstance(value, str) else ""


def texts_of(form: FormMultiDict, name: str) -> list[str]:
    """Give all texts of a field that may be given several times."""
    given = form.getall(name, [])
    return [value.replace("\0", "\ufffd") for value in given if isinstance(value, str)]


def problems_of(frame: Frame, error: KbError) -> Problems:
    """Give what is wrong as (field, sentence); what has no field stands above the form."""
    speaker = translator(frame.language, frame.timezone)
    if error.fields:
        return [(field.field, speaker.error(field)) for field in error.fields]
    return [("", speaker.error(error))]


def told_in_form(error: KbError) -> HTTPStatus:
    """Give the status of a form with this error, or raise what has a page of its own."""
    if error.kind in _ELSEWHERE:
        raise error
    return STATUS[error.kind]


def own_path(text: str, default: str = "/desk") -> str:
    """Give a path of this site to go on to; anything else becomes the default."""
    is_own = len(text) <= _MAX_PATH and _OWN_PATH.fullmatch(text)
    return text if is_own else default


def said(frame: Frame, sentences: Mapping[str, str], done: str) -> str:
    """Give the sentence of what was done; a word that is not known says nothing."""
    speaker = translator(frame.language, frame.timezone)
    return speaker.gettext(sentences[done]) if done in sentences else ""
