"""A source by its form: a folder, or bytes whose name and content say what they are."""

from pathlib import Path

from kb_service.base.errors import invalid
from kb_service.handbook.exchange import archive, cells, documents, plone, questions, word
from kb_service.handbook.exchange.schemas import Reading, Wish

# Over the web a plan must be made within a request; the command line takes its time.
MAX_OVER_WEB = 2_000
FORMS = ("zip", "csv", "xlsx", "docx", "json")


def read(source: Path, wish: Wish = Wish()) -> Reading:  # noqa: B008 - frozen
    """Read a folder or a file of this machine. Raises: as `read_bytes`."""
    if source.is_dir():
        return documents.read_folder(source)
    if source.stat().st_size > plone.MAX_JSON:
        raise invalid("archive.too_large", limit=plone.MAX_JSON // archive.MiB)
    return read_bytes(source.name, source.read_bytes(), wish)


def read_bytes(name: str, data: bytes, wish: Wish = Wish()) -> Reading:  # noqa: B008 - frozen
    """Read a file. Its ending says what it is, its content must agree.

    Raises: import.unknown_form, archive.*, office.*, table.*, word.*, plone.*, html.*.
    """
    form = name.rsplit(".", 1)[-1].lower()
    shown = name.rsplit("/", 1)[-1]
    if form not in FORMS or (form in ("zip", "xlsx", "docx")) != archive.is_archive(data):
        raise invalid("import.unknown_form", path=shown)
    if form == "zip":
        return documents.read_archive(data)
    if form == "docx":
        return word.read_word(data, shown, wish.styles)
    if form == "json":
        return plone.read_plone(data, shown, wish.into)
    if form == "xlsx":
        return questions.read_rows(cells.read_xlsx(data), shown)
    return questions.read_rows(cells.read_csv(data, questions.HEADINGS), shown)


def read_sent(name: str, data: bytes, wish: Wish) -> Reading:
    """Read a file that came over the web. Raises: import.too_many_changes, and as `read_bytes`."""
    reading = read_bytes(name, data, wish)
    if len(reading.things) > MAX_OVER_WEB:
        raise invalid("import.too_many_changes", limit=MAX_OVER_WEB)
    return reading
