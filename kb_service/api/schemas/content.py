"""An item whole, as it goes out, and what a writer may send of it."""

from typing import Annotated, Any

from msgspec import UNSET, Meta, Struct, UnsetType, field

from kb_service.api.schemas.lists import AT_ID, AT_TYPE, Batching
from kb_service.handbook.schemas import Action, Source


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
    width: int | UnsetType = UNSET
    height: int | UnsetType = UNSET


class Lock(Struct, kw_only=True):
    """Whether somebody is writing the item: who, since when, how long without a sign of life.

    `token` is for the holder; who is not signed in is told of nobody.
    """

    locked: bool = False
    stealable: bool = True
    creator: str | UnsetType = UNSET
    creator_name: str | UnsetType = UNSET
    creator_url: str | UnsetType = UNSET
    created: str | UnsetType = UNSET
    time: float | UnsetType = UNSET
    timeout: int | UnsetType = UNSET
    name: str | UnsetType = UNSET
    token: str | UnsetType = UNSET


class WorkingCopyLink(Struct, kw_only=True, rename={"id_": AT_ID}):
    """The newer text beside a live one: both are at the same address."""

    id_: str
    title: str
    review_state: str
    created: str
    creator_name: str
    creator_url: str


class WorkingCopyOf(Struct, kw_only=True, rename={"id_": AT_ID}):
    """The live text beside which a newer one stands."""

    id_: str
    title: str


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
    working_copy: WorkingCopyLink | None = None
    working_copy_of: WorkingCopyOf | None = None
    allow_discussion: bool = False
    versioning_enabled: bool = True
    changeNote: str = ""  # noqa: N815 - Plone's name
    components: dict[str, Any] = field(name="@components")
    text: TextValue | None
    html: str
    code: str | UnsetType = UNSET
    wordings: list[str] | UnsetType = UNSET
    regulation_version: str | UnsetType = UNSET
    in_force_from: str | UnsetType | None = UNSET
    acknowledgement_required: bool | UnsetType = UNSET
    area: str | UnsetType = UNSET
    starts: str | UnsetType | None = UNSET
    ends: str | UnsetType | None = UNSET
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


class FileBody(Struct, rename={"content_type": "content-type"}):
    """A file coming in, its bytes in base64. What came out without `data` changes nothing."""

    data: str | None = None
    encoding: str = "base64"
    filename: str = ""
    content_type: str | None = None


Title = Annotated[str, Meta(max_length=1000)]


class OrderingBody(Struct, kw_only=True):
    """Where a child goes among its neighbours: so many places down, or to an end.

    With `subset_ids`, the children as they stand in their order, places are counted among them.
    """

    obj_id: str
    delta: int | str
    subset_ids: list[str] | None = None


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
    regulation_version: str | UnsetType | None = UNSET
    in_force_from: str | UnsetType | None = UNSET
    acknowledgement_required: bool | UnsetType | None = UNSET
    area: str | UnsetType | None = UNSET
    starts: str | UnsetType | None = UNSET
    ends: str | UnsetType | None = UNSET
    file: FileBody | UnsetType | None = UNSET
    image: FileBody | UnsetType | None = UNSET
    checked: str | bool | UnsetType | None = UNSET
    valid_from: str | UnsetType | None = UNSET
    valid_to: str | UnsetType | None = UNSET
    review_by: str | UnsetType | None = UNSET
    owner: str | UnsetType | None = UNSET
    audience: str | UnsetType | None = UNSET
    order: float | UnsetType | None = UNSET
    ordering: OrderingBody | UnsetType | None = UNSET
    sources: list[Source] | UnsetType | None = UNSET
    actions: list[Action] | UnsetType | None = UNSET
    source: str | UnsetType | None = UNSET
