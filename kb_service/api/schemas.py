"""The forms that go over the wire, named as plone.restapi names them (api.md, 1.1).

They document answers in the OpenAPI and are filled by serialize; bodies that come in are read into
them.
"""

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType, field

from kb_service.handbook.schemas import Action, Source

AT_ID = "@id"
AT_TYPE = "@type"


class Link(Struct):
    """An address and nothing else: a component that was not asked to be expanded."""

    id: str = field(name=AT_ID)


class Summary(Struct):
    """An item in a list; with `metadata_fields` further members stand beside these."""

    id: str = field(name=AT_ID)
    type: str = field(name=AT_TYPE)
    title: str
    description: str
    review_state: str
    type_title: str


class Batching(Struct, omit_defaults=True):
    """Where the neighbours of this page of a list are; absent where all fits."""

    id: str = field(name=AT_ID)
    first: str
    last: str
    next: str | None = None
    prev: str | None = None


class Results(Struct, omit_defaults=True):
    """What `@search` gives."""

    id: str = field(name=AT_ID)
    items: list[Summary]
    items_total: int
    batching: Batching | None = None


class TextValue(Struct, rename={"content_type": "content-type"}):
    """A text with its form. `data` is Markdown source; HTML stands beside it, in `html`."""

    data: str
    content_type: str = "text/markdown"
    encoding: str = "utf-8"


class FileValue(Struct, rename={"content_type": "content-type"}):
    """A binary of an item and where it can be fetched."""

    content_type: str
    download: str
    filename: str
    size: int


class Lock(Struct):
    """Whether somebody holds the item for editing."""

    locked: bool = False
    stealable: bool = True


class ContentItem(Struct, kw_only=True):
    """An item whole, in Plone's words, with our own beside them.

    `text.data` is the public part for a visitor, and the whole body, fences and all, for who may
    see staff parts; those also get `staff`, `letter` and `source`, the document as it stands in the
    file.
    """

    id_: str = field(name=AT_ID)
    type_: str = field(name=AT_TYPE)
    UID: str
    id: str
    title: str
    description: str
    created: str
    modified: str
    effective: str | None
    expires: str | None
    review_state: str
    subjects: list[str]
    creators: list[str]
    contributors: list[str] = []
    language: Any
    rights: str = ""
    exclude_from_nav: bool = False
    is_folderish: bool
    layout: str = "view"
    version: str = "current"
    type_title: str
    parent: Any
    previous_item: Any = {}
    next_item: Any = {}
    relatedItems: list[Any]  # noqa: N815 - Plone's name
    lock: Lock = field(default_factory=Lock)
    working_copy: Any = None
    working_copy_of: Any = None
    allow_discussion: bool = False
    versioning_enabled: bool = True
    changeNote: str = ""  # noqa: N815 - Plone's name
    components: dict[str, Any] = field(name="@components")
    text: TextValue | None
    html: str
    code: str | UnsetType = UNSET
    wordings: list[str] | UnsetType = UNSET
    file: FileValue | UnsetType = UNSET
    image: FileValue | UnsetType = UNSET
    checked: Any
    valid_from: str | None
    valid_to: str | None
    review_by: str | None
    owner: str
    sources: list[Source]
    actions: list[Action]
    audience: str
    revision: int
    staff: str | UnsetType = UNSET
    letter: str | UnsetType = UNSET
    source: str | UnsetType = UNSET
    items: list[Any] | UnsetType = UNSET
    items_total: int | UnsetType = UNSET
    batching: Batching | UnsetType = UNSET
    nextPreviousEnabled: bool | UnsetType = UNSET  # noqa: N815 - Plone's name


class TextBody(Struct, rename={"content_type": "content-type"}):
    """A text coming in; only Markdown and plain text can be kept."""

    data: str
    content_type: str | None = None
    encoding: str | None = None


Title = Annotated[str, Meta(max_length=1000)]


class ContentBody(Struct, kw_only=True):
    """What a writer may send. Unknown members are dropped; `?strict=1` refuses them.

    `source` is a whole document, as in the file, and stands instead of all others.
    """

    type_: str | UnsetType | None = field(name=AT_TYPE, default=UNSET)
    id: str | UnsetType | None = UNSET
    title: Title | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET
    text: TextBody | str | UnsetType | None = UNSET
    subjects: list[str] | UnsetType | None = UNSET
    effective: str | UnsetType | None = UNSET
    expires: str | UnsetType | None = UNSET
    relatedItems: list[Any] | UnsetType | None = UNSET  # noqa: N815 - Plone's name
    language: Any = UNSET
    changeNote: str | UnsetType | None = UNSET  # noqa: N815 - Plone's name
    code: str | UnsetType | None = UNSET
    wordings: list[str] | UnsetType | None = UNSET
    checked: str | bool | UnsetType | None = UNSET
    valid_from: str | UnsetType | None = UNSET
    valid_to: str | UnsetType | None = UNSET
    review_by: str | UnsetType | None = UNSET
    owner: str | UnsetType | None = UNSET
    audience: str | UnsetType | None = UNSET
    order: float | UnsetType | None = UNSET
    sources: list[Source] | UnsetType | None = UNSET
    actions: list[Action] | UnsetType | None = UNSET
    source: str | UnsetType | None = UNSET


class Crumbs(Struct):
    """The way from the root."""

    id: str = field(name=AT_ID)
    root: str
    items: list["CrumbLink"]


class CrumbLink(Struct):
    """A step of the way."""

    id: str = field(name=AT_ID)
    title: str


class Navigation(Struct):
    """The tree of topics below an item."""

    id: str = field(name=AT_ID)
    items: list["NavigationItem"]


class NavigationItem(Struct):
    """A branch of the tree; `items` is empty where it was not asked to unfold."""

    id: str = field(name=AT_ID)
    title: str
    description: str
    review_state: str
    items: list["NavigationItem"]


class StateValue(Struct):
    """A state of the workflow with its name in the reader's language."""

    id: str
    title: str


class TransitionLink(Struct):
    """A step that can be taken now."""

    id: str = field(name=AT_ID)
    title: str


class HistoryEntry(Struct):
    """One step that was taken."""

    action: str
    actor: str
    comments: str
    review_state: str
    time: str
    title: str


class Workflow(Struct):
    """Where an item stands and where it can go."""

    id: str = field(name=AT_ID)
    history: list[HistoryEntry]
    state: StateValue
    transitions: list[TransitionLink]


class TransitionBody(Struct, kw_only=True):
    """What may be said with a step."""

    comment: str | None = None
    effective: str | None = None
    expires: str | None = None
    include_children: bool | None = None


class AnswerItem(Struct):
    """A found item of `@answers`. `excerpt` is HTML with `<mark>` only."""

    id: str = field(name=AT_ID)
    uid: str
    code: str
    title: str
    description: str
    excerpt: str
    confidence: float
    review_state: str
    checked: Any


class DangerValue(Struct):
    """A message about life and health: what to do, and whom to call, before any list."""

    text: str
    phone: str
    rule: str
    title: str
    steps: list[str]
    matched: list[str]
    items: list[CrumbLink]


class Answers(Struct):
    """What the search says to one question. `ask` is where a person can be asked."""

    query: str
    corrected: str | None
    danger: DangerValue | None
    confident: bool
    legs: list[str]
    items: list[AnswerItem]
    items_total: int
    ask: str


class SuggestItem(Struct):
    """One line under the field while somebody types."""

    id: str = field(name=AT_ID)
    title: str


class Suggest(Struct):
    """What may be meant by what has been typed so far."""

    items: list[SuggestItem]
    completions: list[str]


class RenderBody(Struct, forbid_unknown_fields=True):
    """A text to be shown as it would be published."""

    text: str


class LineError(Struct):
    """A mistake with its line, counted from 1."""

    line: int
    message: str
    code: str


class RenderedText(Struct):
    """The HTML that would be published, for the preview."""

    html: str
    staff: str
    letter: str
    errors: list[LineError]


class EncoderHealth(Struct):
    """The semantic leg: its name, and how many texts wait to be encoded."""

    name: str
    pending: int


class Checks(Struct):
    """What the service needs in order to answer."""

    database: bool
    index: bool
    outbox: dict[str, int]
    encoder: EncoderHealth


class Health(Struct, omit_defaults=True):
    """Whether the service lives and, with `?ready`, whether it can answer questions."""

    status: str
    checks: Checks | None = None
