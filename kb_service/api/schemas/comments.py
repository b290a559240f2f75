"""Remarks to editors, in Plone's words for comments."""

from msgspec import UNSET, Struct, UnsetType, field

from kb_service.api.schemas.lists import AT_ID, AT_TYPE, Batching


class CommentText(Struct, rename={"mime_type": "mime-type"}):
    """What was said, as plain text."""

    data: str
    mime_type: str = "text/plain"


class Comment(Struct, kw_only=True):
    """A remark to the editors. `quote` are the words of the text that are meant, at `place`.

    `revision` is the number of the text that its author saw.
    """

    id_: str = field(name=AT_ID)
    type_: str = field(name=AT_TYPE, default="Discussion Item")
    parent: str | None = field(name="@parent")
    comment_id: str
    in_reply_to: str | None
    text: CommentText
    author_name: str
    author_username: str
    author_image: str | None = None
    creation_date: str
    modification_date: str
    is_editable: bool
    is_deletable: bool
    can_reply: bool
    user_notification: bool | None = None
    quote: str
    place: list[int] | None
    revision: int
    resolved: str | None
    resolved_by: str


class Comments(Struct, kw_only=True):
    """The remarks about an item, oldest first."""

    id_: str = field(name=AT_ID)
    items: list[Comment]
    items_total: int
    permissions: dict[str, bool]
    batching: Batching | UnsetType = UNSET


class CommentBody(Struct, kw_only=True):
    """What is said, and the words of the text that are meant."""

    text: str | None = None
    quote: str | None = None


class CommentChange(Struct, kw_only=True):
    """Other words, or whether it is settled."""

    text: str | UnsetType | None = UNSET
    resolved: bool | UnsetType | None = UNSET
