"""A draft goes out: plain text, Markdown, Word, PDF. Made from a filled reply, nothing is kept."""

from collections.abc import Callable, Mapping
from typing import Literal

from kb_service.letters.out import paper, text, word
from kb_service.letters.out.letter import Letter, letter

__all__ = ["MEDIA", "Form", "Letter", "letter", "made"]

Form = Literal["txt", "md", "docx", "pdf"]

MEDIA: Mapping[str, str] = {
    "txt": "text/plain",
    "md": "text/markdown",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}
_MAKERS: Mapping[str, Callable[[Letter], bytes]] = {
    "txt": lambda one: text.plain(one).encode(),
    "md": lambda one: text.markdown(one).encode(),
    "docx": word.docx,
    "pdf": paper.pdf,
}


def made(one: Letter, form: Form) -> bytes:
    """Give the letter in a form. Raises: package.missing."""
    return _MAKERS[form](one)
