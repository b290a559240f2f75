"""What somebody typed on the page of a document: a form in, the document's text out.

A document is edited as fields and three texts, or whole as one text. Either way it is put together
over the text that its editor began from, never over what others saved meanwhile.
"""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

import msgspec
from litestar.datastructures.multi_dicts import FormMultiDict

from kb_service.base.errors import FieldError, KbError
from kb_service.base.i18n import Translator
from kb_service.handbook import codec, faces, form
from kb_service.handbook.rules.drafts import Place
from kb_service.handbook.schemas import TYPES
from kb_service.web import remarks
from kb_service.web.forms import Problems, text_of, texts_of

WHOLE, FIELDS = "whole", "fields"
_MAX_COMMENT = 1000
_MAX_QUESTION = 200
MAX_WORDINGS = 20
_MAX_NUMBER = 10
# What a form carries beside the document.
_BESIDE = frozenset({"csrf", "do", "tab", "based_on", "uid", "type", "parent", "comment", "login"})
_BESIDE |= {"password", "as", "on", "upload", "draft", "draft_at"} | remarks.FIELDS


class Typed(msgspec.Struct):
    """A posted form: the texts of its fields, and which tab and revision they began from.

    `taken` is the unsaved text of another tab that this one goes on with, as it was at `taken_at`.
    """

    fields: dict[str, str]
    tab: str = ""
    based_on: int = 0
    comment: str = ""
    taken: str = ""
    taken_at: str = ""

    @property
    def view(self) -> str:
        """Whether the document was edited whole or as fields."""
        return WHOLE if self.fields.get("view") == WHOLE else FIELDS


def typed_of(posted: FormMultiDict) -> Typed:
    """Give what a form brought; a NUL, which no document can hold, is dropped."""
    fields = {
        name: _plain(texts_of(posted, name))
        for name in posted
        if name not in _BESIDE and not name.startswith(remarks.ANSWER)
    }
    number = text_of(posted, "based_on")
    return Typed(
        fields=fields,
        tab=text_of(posted, "tab"),
        based_on=int(number) if number.isdecimal() and len(number) < _MAX_NUMBER else 0,
        comment=text_of(posted, "comment").replace("\0", "")[:_MAX_COMMENT],
        taken=text_of(posted, "draft"),
        taken_at=text_of(posted, "draft_at"),
    )


def _plain(texts: list[str]) -> str:
    # A box that is off sends only the empty field in front of it; one that is on sends both.
    text = texts[-1] if texts else ""
    return text.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")


def shown(text: str, zone: tzinfo, *, view: str = FIELDS) -> dict[str, str]:
    """Give a document's text as the fields of the page."""
    document = codec.decode(text)
    fields = {**form.values_of(document.content, zone), **faces.texts(document.body)}
    return {**fields, WHOLE: text, "view": view}


def asked_in(text: str, question: str, zone: tzinfo, more: Sequence[str] = ()) -> dict[str, str]:
    """Give the fields of a new document with somebody's question as its title and first wording.

    `more` are other ways in which it was asked.
    """
    fields = shown(text, zone)
    lines = [" ".join(one.replace("\0", "").split())[:_MAX_QUESTION] for one in (question, *more)]
    title = lines[0][:1].upper() + lines[0][1:].rstrip("?!. ") + "?"
    wordings = "\n".join(dict.fromkeys(line for line in lines if line))
    return {**fields, "title": title, **({"wordings": wordings} if "wordings" in fields else {})}


def empty(place: Place) -> str:
    """Give the text of a new document of a type, still without a title of its own."""
    return codec.revision_text(codec.new(place.type, TYPES[place.type](title="…"), ""))


def composed(base: str, typed: Typed, zone: tzinfo) -> str:
    """Give the document's text with what was typed, the rest as it was.

    Raises: document.*, part.fence_inside, each with its field.
    """
    if typed.view == WHOLE:
        return typed.fields.get(WHOLE, base)
    document = codec.decode(base)
    changes = form.changes_of(document.content, typed.fields, zone)
    known = faces.texts(document.body)
    wanted = {name: typed.fields.get(name, known[name]) for name in faces.FACES}
    body = faces.rejoined(document.body, wanted)
    return codec.revision_text(codec.edited(document, body=body, **changes))


def problems_at(speaker: Translator, error: KbError, text: str, view: str) -> Problems:
    """Give what is wrong as (field, sentence) at the field of the page where it was typed.

    `text` is the document that was put together, "" where it could not be.
    """
    if not error.fields:
        return [_place(speaker, error, error.params, text, view)]
    return [_place(speaker, one, one.params, text, view) for one in error.fields]


def _place(
    speaker: Translator,
    error: KbError | FieldError,
    params: Mapping[str, Any],
    text: str,
    view: str,
) -> tuple[str, str]:
    if view != WHOLE and error.code == "document.title_missing":
        error = FieldError("title", "title.needed")
    sentence = speaker.error(error)
    field = error.field if isinstance(error, FieldError) else ""
    field, line = str(params.get("field") or field), params.get("line")
    if view == WHOLE:
        field = WHOLE if field or (text and isinstance(line, int)) else ""
    elif field in ("", "text"):
        field, line = _part_of(text, line)
    if field in (WHOLE, *faces.FACES) and isinstance(line, int):
        sentence = speaker.gettext("Line %(line)s: %(text)s", line=line, text=sentence)
    return field, sentence


def _part_of(text: str, line: Any) -> tuple[str, int]:
    """Give the part of a document in which one of its lines stands, and the line there."""
    if not isinstance(line, int) or not text:
        return "", 0
    document = codec.decode(text)
    return faces.place_of(document.body, line - document.front.count("\n") - 2)
