"""Parts put together to one body again: the public answer, then the fences."""

from collections.abc import Mapping

from kb_service.handbook import parts
from kb_service.handbook.schemas import Parts

_NAMES = ("public", *parts.NAMES)


def texts(body: str) -> dict[str, str]:
    """Give the parts of a body by name, each as one text. Raises: part.*."""
    found = parts.split(body)
    return {name: _whole(getattr(found, name)) for name in _NAMES}


def replaced(body: str, given: Mapping[str, str]) -> str:
    """Give a body with some of its parts changed; one that says the same stays as typed.

    An empty text takes a part away. Raises: part.* where the body has mistakes.
    """
    present = texts(body)
    changed = {name: text for name, text in given.items() if _whole(text) != present[name]}
    return joined(Parts(**(present | changed))) if changed else body


def joined(given: Parts) -> str:
    """Give the body that has these parts."""
    pieces = [_whole(given.public)]
    for name in parts.NAMES:
        text = _whole(getattr(given, name))
        pieces.append(f"::: {name}\n{text}\n:::" if text else "")
    body = "\n\n".join(piece for piece in pieces if piece)
    return f"{body}\n" if body else ""


def _whole(text: str) -> str:
    """Give a part without the empty lines that stand for those of the others."""
    lines: list[str] = []
    for line in text.strip("\n").split("\n"):
        bare = line.rstrip()
        if bare or (lines and lines[-1]):
            # Two blanks behind a line break it.
            lines.append(f"{bare}  " if bare and line.endswith("  ") else bare)
    return "\n".join(lines).strip("\n")
