"""The letter as a Word document: plain paragraphs that anybody can go on writing.

No macros, no links, no fields but the number of the page; the same letter gives the same bytes.
"""

import io
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime, time
from typing import Any

from kb_service.base.optional import need
from kb_service.letters.out.blocks import Block
from kb_service.letters.out.letter import Letter

_FONT = "Times New Roman"
_TEXT_MM = 165
_STEP_MM = 7
# The first moment that a ZIP can name.
_MOMENT = (1980, 1, 1, 0, 0, 0)


def docx(letter: Letter) -> bytes:
    """Give the letter as a document. Raises: package.missing."""
    word = need("docx", extra="docs")
    document = word.Document()
    maker = _Maker(document)
    maker.set_up(letter)
    maker.head(letter)
    for block in letter.salutation:
        maker.block(block, align="CENTER")
    for block in (*letter.body, *letter.closing):
        maker.block(block)
    maker.signature(letter)
    maker.footer(letter.mark)
    out = io.BytesIO()
    document.save(out)
    return _same_at_any_time(out.getvalue())


class _Maker:
    """Writes one document, top to bottom."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.shared = need("docx.shared", extra="docs")
        self.text = need("docx.enum.text", extra="docs")
        self.oxml = need("docx.oxml", extra="docs")
        self.names = need("docx.oxml.ns", extra="docs")

    def set_up(self, letter: Letter) -> None:
        """Set the sheet, the font, and what the document says about itself: nothing personal."""
        mm, section = self.shared.Mm, self.document.sections[0]
        section.page_width, section.page_height = mm(210), mm(297)
        section.left_margin, section.right_margin = mm(30), mm(15)
        section.top_margin, section.bottom_margin = mm(20), mm(25)
        style = self.document.styles["Normal"]
        style.font.name, style.font.size = _FONT, self.shared.Pt(12)
        style.paragraph_format.space_after = self.shared.Pt(8)
        properties = style.element.get_or_add_rPr()
        properties.get_or_add_rFonts().set(self.names.qn("w:eastAsia"), _FONT)
        language = self.oxml.OxmlElement("w:lang")
        language.set(self.names.qn("w:val"), "ru-RU")
        properties.append(language)
        about = self.document.core_properties
        about.author = about.last_modified_by = about.comments = about.keywords = ""
        about.title, about.language = "Проект ответа", "ru-RU"
        about.created = about.modified = datetime.combine(letter.dated, time(), UTC)

    def head(self, letter: Letter) -> None:
        """Write the company, the numbers and to whom the letter goes."""
        self._line(letter.company, align="CENTER", size=14, is_bold=True)
        for one in letter.contacts:
            self._line(one, align="CENTER", size=9.5)
        self._line("")
        for one in letter.numbers:
            self._line(one, size=11)
        for one in letter.addressee:
            self._line(one).paragraph_format.left_indent = self.shared.Mm(87)
        self._line("")

    def block(self, block: Block, *, align: str = "LEFT") -> None:
        """Write a paragraph or an item; its marker stands before the text."""
        paragraph = self.document.add_paragraph()
        paragraph.alignment = getattr(self.text.WD_ALIGN_PARAGRAPH, align)
        if block.depth:
            form = paragraph.paragraph_format
            form.left_indent = self.shared.Mm(_STEP_MM * block.depth)
            form.space_after = self.shared.Pt(4)
            if block.marker:
                form.first_line_indent = self.shared.Mm(-_STEP_MM)
                form.tab_stops.add_tab_stop(self.shared.Mm(_STEP_MM * block.depth))
                paragraph.add_run(f"{block.marker}\t")
        for one in block.runs:
            run = paragraph.add_run(one.text)
            run.bold, run.italic = one.is_bold or None, one.is_italic or None
            if one.is_gap:
                run.font.highlight_color = self.text.WD_COLOR_INDEX.YELLOW

    def signature(self, letter: Letter) -> None:
        """Write who is to sign, with a line to sign on."""
        self._line("")
        words = "\t".join((letter.position, "_" * 16, letter.signatory))
        stops = self._line(words).paragraph_format.tab_stops
        stops.add_tab_stop(self.shared.Mm(95))
        stops.add_tab_stop(self.shared.Mm(_TEXT_MM), self.text.WD_TAB_ALIGNMENT.RIGHT)

    def footer(self, mark: str) -> None:
        """Write the mark of a draft and the number of the page under every page."""
        paragraph = self.document.sections[0].footer.paragraphs[0]
        stops = paragraph.paragraph_format.tab_stops
        stops.add_tab_stop(self.shared.Mm(_TEXT_MM), self.text.WD_TAB_ALIGNMENT.RIGHT)
        paragraph.style = self.document.styles["Normal"]
        run = paragraph.add_run(f"{mark}\t")
        self._field(run, "PAGE")
        for one in paragraph.runs:
            one.font.size = self.shared.Pt(9)

    def _line(
        self, words: str, *, align: str = "LEFT", size: float = 12, is_bold: bool = False
    ) -> Any:
        paragraph = self.document.add_paragraph()
        paragraph.alignment = getattr(self.text.WD_ALIGN_PARAGRAPH, align)
        paragraph.paragraph_format.space_after = self.shared.Pt(2)
        run = paragraph.add_run(words)
        run.font.size, run.bold = self.shared.Pt(size), is_bold or None
        return paragraph

    def _field(self, run: Any, name: str) -> None:
        for kind in ("begin", name, "end"):
            is_name = kind == name
            one = self.oxml.OxmlElement("w:instrText" if is_name else "w:fldChar")
            if is_name:
                one.text = name
            else:
                one.set(self.names.qn("w:fldCharType"), kind)
            run._r.append(one)  # noqa: SLF001 - the library knows no fields


def _same_at_any_time(data: bytes) -> bytes:
    """Give the archive with one fixed moment for each of its files."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(out, "w") as made:
        for name in _sorted(given.namelist()):
            about = zipfile.ZipInfo(name, _MOMENT)
            about.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(about, given.read(name))
    return out.getvalue()


def _sorted(names: Iterable[str]) -> list[str]:
    """The list of types comes first, as programs expect."""
    return sorted(names, key=lambda name: (name != "[Content_Types].xml", name))
