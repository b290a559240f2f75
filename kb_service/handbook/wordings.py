"""A further wording of a question in its document's text: what one click adds, and nothing else."""

from kb_service.base.errors import FieldError, conflict, invalid
from kb_service.handbook import codec
from kb_service.handbook.schemas import StandardQuestion
from kb_service.text.normalise import words

MAX_WORDING = 200


def with_wording(text: str, wording: str) -> str:
    """Give a document's text with a wording more, the rest as it was typed.

    Raises: wording.empty, wording.too_long, wording.exists (also as the title), wording.unfit
    where the document is no question.
    """
    line = " ".join(wording.split())
    document = codec.decode(text)
    content = document.content
    if not isinstance(content, StandardQuestion):
        raise conflict("wording.unfit")
    key = words(line)
    if not key:
        raise _wrong("wording.empty")
    if len(line) > MAX_WORDING:
        raise _wrong("wording.too_long", max=MAX_WORDING)
    if key in [words(one) for one in (content.title, *content.wordings)]:
        raise conflict("wording.exists")
    edited = codec.edited(document, wordings=[*content.wordings, line])
    return codec.revision_text(edited)


def _wrong(code: str, **params: int) -> Exception:
    return invalid(code, FieldError("wording", code, dict(params)), **params)
