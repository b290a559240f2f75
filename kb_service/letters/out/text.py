"""The reply as plain text and as Markdown, to be copied: without head, address and mark."""

from collections.abc import Sequence

from kb_service.letters.out.blocks import Block, Kind
from kb_service.letters.out.letter import Letter


def plain(letter: Letter) -> str:
    """Give salutation, body, closing and signature; items of a list stand close together."""
    parts = [_joined([*letter.salutation, *letter.body, *letter.closing])]
    parts.append("\n".join(filter(None, (letter.position, letter.signatory))))
    return "\n\n".join(filter(None, parts)) + "\n"


def markdown(letter: Letter) -> str:
    """Give the same as Markdown."""
    signature = "  \n".join(filter(None, (letter.position, letter.signatory)))
    return "\n\n".join(filter(None, (letter.markdown, signature))) + "\n"


def _joined(blocks: Sequence[Block]) -> str:
    text = ""
    before: Block | None = None
    for block in blocks:
        if before is not None:
            is_list = before.kind == block.kind == Kind.ITEM
            text += "\n" if is_list else "\n\n"
        indent = "  " * max(0, block.depth - 1)
        marker = f"{block.marker} " if block.marker else "  " * bool(block.depth)
        text += indent + marker + block.words.replace("\n", f"\n{indent}")
        before = block
    return text
