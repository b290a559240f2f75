"""The letter on paper, A4: PDF made by typst, and its pages as pictures.

The template lies beside this file and reads its data from one JSON text: no word of a letter is
ever typst's code. Nothing else is read, no font of the machine is used, nothing is loaded, and the
same letter gives the same bytes at any time.
"""

from pathlib import Path
from typing import Any, Literal

import msgspec
import typst

from kb_service.letters.out.letter import Letter

_HOME = Path(__file__).parent
_TEMPLATE = _HOME / "letter.typ"
_PPI = 110.0


def pdf(letter: Letter) -> bytes:
    """Give the letter as PDF."""
    return bytes(_compiled(letter, "pdf"))


def pictures(letter: Letter) -> list[bytes]:
    """Give the pages of the letter as PNG."""
    made = _compiled(letter, "png")
    return [made] if isinstance(made, bytes) else list(made)


def _compiled(letter: Letter, form: Literal["pdf", "png"]) -> Any:
    data = msgspec.structs.replace(letter, markdown="")
    return typst.compile(
        str(_TEMPLATE),
        root=str(_HOME),
        ignore_system_fonts=True,
        sys_inputs={"letter": msgspec.json.encode(data).decode()},
        format=form,
        ppi=_PPI,
        timestamp=0,
    )
