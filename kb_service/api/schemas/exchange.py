"""Whole handbooks in and out: a file, what would become of it, what was done."""

from msgspec import UNSET, Struct, UnsetType, field

from kb_service.api.schemas.content import FileBody
from kb_service.api.schemas.lists import AT_ID


class ImportBody(Struct):
    """A file to bring in; its name's ending says what it is.

    `dry_run` only tells what would be done. The styles are names of Word's paragraph styles.
    """

    file: FileBody
    dry_run: bool = False
    topic_style: str = ""
    question_style: str = ""


class ImportPlace(Struct, kw_only=True):
    """A place in the file, and what is to be said of it."""

    file: str
    line: int
    column: str
    code: str
    message: str


class ImportChange(Struct):
    """A piece of a text that stayed, went or came; `skip` stands for text left out."""

    op: str
    text: str


class ImportStep(Struct, kw_only=True):
    """What becomes of one thing of the file: `new` or `changed`."""

    outcome: str
    id: str = field(name=AT_ID)
    type: str = field(name="@type")
    title: str
    file: str
    line: int
    review_state: str | UnsetType = UNSET
    moved_from: str | UnsetType = UNSET
    changes: list[ImportChange] = []


class ImportCounts(Struct):
    """How many things of the file are new, changed, the same, refused."""

    new: int
    changed: int
    same: int
    refused: int


class Imported(Struct, kw_only=True):
    """What an import did, or would do."""

    id: str = field(name=AT_ID)
    dry_run: bool = False
    counts: ImportCounts
    items: list[ImportStep]
    refused: list[ImportPlace]
    notes: list[ImportPlace]
