"""A handbook as a Word document: headings of the first level are topics, of the second questions.

Where only one level is used, its headings are the questions. Other styles can be named. Macros are
not looked at, linked pictures and files are never fetched: what a document says is its text, its
tables, lists, links, and the pictures that lie in it.
"""

import io
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from kb_service.base.errors import KbError, invalid
from kb_service.base.optional import need
from kb_service.handbook import binaries, folder
from kb_service.handbook.exchange.archive import checked_office, problem_of
from kb_service.handbook.exchange.markdown import markdown_of, one_line
from kb_service.handbook.exchange.schemas import Incoming, Reading, Remark, Styles, Where
from kb_service.handbook.links import is_link
from kb_service.handbook.rules import paths

MAX_QUESTIONS = 5_000
MAX_PICTURES = 500
_EXTENSIONS = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp", "image/gif": "gif"}
_PICTURE = "/@@picture/{}/"
_STYLE = re.compile(r"[^\x00-\x1f'\\]{1,100}")
# One heading below a question becomes the first one that a text may have.
_BELOW_QUESTION = -1


class _Picture(msgspec.Struct):
    token: str
    binary: binaries.Binary
    words: str = ""


class _Section(msgspec.Struct):
    """A heading and what stands below it up to the next one."""

    level: int
    title: str
    number: int
    html: list[str] = []


def read_word(data: bytes, file: str, styles: Styles = Styles()) -> Reading:  # noqa: B008 - frozen
    """Read a document. Raises: archive.*, office.*, word.style_wrong, word.no_headings, html.*."""
    checked_office(data)
    reading = Reading()
    pictures: dict[str, _Picture] = {}
    html = _html(data, file, styles, pictures, reading)
    sections = list(_sections(html, file, reading))
    if not sections:
        raise invalid("word.no_headings")
    if len(sections) > MAX_QUESTIONS:
        raise invalid("word.too_many", limit=MAX_QUESTIONS)
    has_topics = any(one.level == 2 for one in sections)  # noqa: PLR2004 - a level
    topic = ""
    for section in sections:
        where = Where(file, section.number)
        if not section.title:
            reading.notes.append(Remark(where, "word.heading_empty"))
        elif has_topics and section.level == 1:
            topic = section.title
            reading.things += _topic(section, where)
        else:
            reading.things += _question(section, where, topic, pictures)
    return reading


def _html(
    data: bytes, file: str, styles: Styles, pictures: dict[str, _Picture], reading: Reading
) -> str:
    mammoth = need("mammoth", extra="docs")

    def keep(image: Any) -> dict[str, str]:
        number = len(pictures) + 1
        token = _PICTURE.format(number)
        try:
            if number > MAX_PICTURES:
                raise invalid("archive.too_many", limit=MAX_PICTURES)
            pictures[token] = _picture(image, token)
        except KbError as error:
            code, params = problem_of(error)
            reading.notes.append(Remark(Where(file), code, params))
            return {}
        return {"src": token}

    try:
        made = mammoth.convert_to_html(
            io.BytesIO(data),
            style_map=_style_map(styles),
            include_embedded_style_map=False,
            external_file_access=False,
            convert_image=mammoth.images.img_element(keep),
        )
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, OSError) as error:
        raise invalid("office.broken") from error
    except RecursionError as error:
        raise invalid("html.too_deep") from error
    return str(made.value)


def _picture(image: Any, token: str) -> _Picture:
    """Give a picture that lies in the document. Raises: file.*, word.picture_elsewhere."""
    extension = _EXTENSIONS.get(image.content_type)
    if extension is None:
        raise invalid("file.type_refused", name=str(image.content_type)[:80])
    try:
        with image.open() as source:
            data = source.read(binaries.MAX_BYTES + 1)
    except (ValueError, OSError, KeyError) as error:
        # The document only says where it lies; nobody goes there.
        raise invalid("word.picture_elsewhere") from error
    return _Picture(token, binaries.checked(f"picture.{extension}", data), image.alt_text or "")


def _style_map(styles: Styles) -> str:
    lines = []
    for level, name in ((1, styles.topic), (2, styles.question)):
        if not name:
            continue
        if not _STYLE.fullmatch(name):
            raise invalid("word.style_wrong", name=name[:80])
        lines.append(f"p[style-name='{name}'] => h{level}:fresh")
    # A title page's words are no topic.
    return "\n".join([*lines, "p[style-name='Title'] => p:fresh"])


def _sections(html: str, file: str, reading: Reading) -> Iterator[_Section]:
    """Cut the text at its headings; what stands before the first one is told of."""
    bs4 = need("bs4", extra="docs")
    current: _Section | None = None
    number = 0
    for node in bs4.BeautifulSoup(html, "html.parser").children:
        if node.name in ("h1", "h2"):
            if current is not None:
                yield current
            number += 1
            title = _words(node)
            current = _Section(int(node.name[1]), title, number)
        elif current is not None:
            current.html.append(str(node))
        elif text := _words(node):
            reading.notes.append(Remark(Where(file, 0), "word.text_before", {"text": text[:80]}))
    if current is not None:
        yield current


def _words(node: Any) -> str:
    """Give the words of a piece as one line; a word whose letters look different stays whole."""
    if node.name:
        for line_break in node.find_all("br"):
            line_break.replace_with(" ")
    return one_line(node.get_text())


def _topic(section: _Section, where: Where) -> Iterator[Incoming]:
    body = markdown_of("".join(section.html), address=_own, shift=_BELOW_QUESTION)
    parts = {"public": body} if body else {}
    yield Incoming(where=where, type="Topic", values={"title": section.title}, parts=parts)


def _question(
    section: _Section, where: Where, topic: str, pictures: dict[str, _Picture]
) -> Iterator[Incoming]:
    html = "".join(section.html)
    shown = [one for token, one in pictures.items() if f'"{token}"' in html]
    for number, picture in enumerate(shown, start=1):
        yield _picture_item(picture, section.title, number, (where, topic))
    body = markdown_of(html, address=_own, shift=_BELOW_QUESTION)
    yield Incoming(
        where=where,
        type="StandardQuestion",
        topic=topic,
        values={"title": section.title},
        parts={"public": body},
    )


def _picture_item(picture: _Picture, title: str, number: int, place: tuple[Where, str]) -> Incoming:
    binary = picture.binary
    name = f"{paths.slug(title, limit=60)}-{number}.{_EXTENSIONS[binary.content_type]}"
    where, topic = place
    return Incoming(
        where=where,
        type="Image",
        topic=topic,
        name=name,
        token=picture.token,
        values={
            "title": one_line(picture.words)[:200] or f"{title} ({number})",
            "filename": name,
            "content_type": binary.content_type,
            "size": len(binary.data),
            "sha256": folder.digest(binary.data),
            "width": binary.width,
            "height": binary.height,
        },
        data=binary.data,
    )


def _own(url: str) -> str:
    """Give the address of a link or picture; places within the Word file lead nowhere here."""
    if url.startswith("#"):
        return ""
    if url.startswith("/@@picture/"):
        return f"{url}@@download"
    return url if is_link(url) else ""
