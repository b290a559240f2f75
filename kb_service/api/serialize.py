"""Items as Plone's JSON: names, types, addresses, lists; what a reader may see is decided below.

Nothing here looks at permissions: an ItemView or a Card holds only what its reader may see, and
empty staff parts stay out of the answer.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from msgspec import UNSET, UnsetType, to_builtins

from kb_service.api.addresses import Addresses
from kb_service.api.schemas.content import (
    ContentItem,
    FileValue,
    Lock,
    TextValue,
    WorkingCopyLink,
    WorkingCopyOf,
)
from kb_service.api.schemas.lists import Batching
from kb_service.base.i18n import Translator
from kb_service.base.paging import Batch
from kb_service.handbook.schemas import (
    Announcement,
    Card,
    File,
    Image,
    ItemView,
    LockView,
    Regulation,
    StandardQuestion,
)

# Plone's names of our types, both ways.
WIRE_TYPES: Mapping[str, str] = {"Page": "Document", "Topic": "Folder"}
OUR_TYPES: Mapping[str, str] = {wire: ours for ours, wire in WIRE_TYPES.items()}
ROOT_TYPE = "Plone Site"
_TITLES: Mapping[str, str] = {
    "Topic": "Topic",
    "Page": "Page",
    "Regulation": "Regulation",
    "Announcement": "Announcement",
    "StandardQuestion": "Standard question",
    "File": "File",
    "Image": "Picture",
}
COMPONENTS = (
    "actions",
    "aliases",
    "breadcrumbs",
    "contextnavigation",
    "navigation",
    "navroot",
    "types",
    "workflow",
)


class Serializer:
    """Writes items for one answer: its addresses and its language."""

    def __init__(self, addresses: Addresses, speaker: Translator) -> None:
        self.addresses = addresses
        self.speaker = speaker

    def summary(
        self, card: Card, metadata: Sequence[str] = (), *, has_components: bool = False
    ) -> dict[str, Any]:
        """Give an item of a list, with further members where they are asked for."""
        row: dict[str, Any] = {
            "@id": self.addresses.item(card.path),
            "@type": wire_type(card.type, card.path),
            "title": card.title,
            "description": card.description,
            "review_state": str(card.state),
            "type_title": self.type_title(card.type),
        }
        if not metadata:
            return row
        known = self._metadata(card)
        wanted = known if "_all" in metadata else metadata
        return row | {name: known[name] for name in wanted if name in known}

    def item(self, view: ItemView, parent: Card | None) -> ContentItem:
        """Give an item whole, without its children."""
        content = view.content
        return ContentItem(
            id_=self.addresses.item(view.path),
            type_=wire_type(view.type, view.path),
            UID=view.uid,
            id=name_of(view.path),
            title=view.title,
            description=view.description,
            created=moment(view.created) or "",
            modified=moment(view.modified) or "",
            effective=moment(view.effective),
            expires=moment(view.expires),
            review_state=str(view.state),
            subjects=view.tags,
            creators=[view.creator] if view.creator else [],
            language={"token": content.language, "title": content.language},
            is_folderish=is_folderish(view),
            type_title=self.type_title(view.type),
            parent=self.summary(parent) if parent else {},
            relatedItems=[self.summary(card) for card in view.related],
            lock=self.lock(view.lock),
            working_copy=self.working_copy(view),
            working_copy_of=self.working_copy_of(view),
            components=self.components(view.path),
            text=TextValue(view.markdown) if view.markdown.strip() else None,
            html=view.html,
            checked=plain_day(view.checked),
            valid_from=plain_day(view.valid_from),
            valid_to=plain_day(view.valid_to),
            review_by=plain_day(view.review_by),
            owner=view.owner,
            sources=view.sources,
            actions=view.actions,
            audience=str(view.audience),
            revision=view.revision,
            **self._of_type(view),
            **_staff_parts(view),
        )

    def lock(self, lock: LockView | None) -> Lock:
        """Give who is writing an item, in Plone's words."""
        if lock is None:
            return Lock()
        return Lock(
            locked=True,
            creator=lock.holder,
            creator_name=lock.name,
            creator_url=self.person(lock.holder),
            created=moment(lock.taken_at) or "",
            time=lock.taken_at.timestamp(),
            timeout=lock.timeout_s,
            name="plone.locking.stealable",
            token=lock.token or UNSET,
        )

    def working_copy(self, view: ItemView) -> WorkingCopyLink | None:
        """Give the newer text beside the live one: at the item's own address."""
        if view.draft is None:
            return None
        return WorkingCopyLink(
            id_=self.addresses.item(view.path),
            title=view.title,
            review_state=str(view.draft.state),
            created=moment(view.draft.moment) or "",
            creator_name=view.draft.author,
            creator_url=self.person(view.draft.author),
        )

    def working_copy_of(self, view: ItemView) -> WorkingCopyOf | None:
        """Give the live text beside which the shown one stands."""
        if view.draft is None:
            return None
        return WorkingCopyOf(id_=self.addresses.item(view.path), title=view.draft.live_title)

    def person(self, login: str) -> str:
        """Give the address of an account."""
        return self.addresses.service(f"@users/{quote(login, safe='')}", "/")

    def components(self, path: str) -> dict[str, Any]:
        """Give the addresses of the parts that are not embedded."""
        return {name: {"@id": self.addresses.service(f"@{name}", path)} for name in COMPONENTS}

    def batching(self, batch: Batch[Any]) -> Batching | UnsetType:
        """Give the neighbours of a page of a list; nothing where all of it is here."""
        if batch.total <= batch.size and not batch.start:
            return UNSET
        here = self.addresses.here
        size = batch.size
        return Batching(
            id=here(b_start=batch.start, b_size=size),
            first=here(b_start=0, b_size=size),
            last=here(b_start=batch.last_start, b_size=size),
            next=_optional(here, batch.next_start, size),
            prev=_optional(here, batch.previous_start, size),
        )

    def type_title(self, kind: str) -> str:
        """Give a type's name in the reader's language."""
        return self.speaker.gettext(_TITLES.get(kind, kind))

    def _metadata(self, card: Card) -> dict[str, Any]:
        """Give the members by Plone's catalogue names, then our own."""
        address = self.addresses.item(card.path)
        created, modified = moment(card.created), moment(card.modified)
        effective, expires = moment(card.effective), moment(card.expires)
        return {
            "UID": card.uid,
            "id": name_of(card.path),
            "getId": name_of(card.path),
            "getPath": card.path,
            "path": card.path,
            "getURL": address,
            "Title": card.title,
            "Description": card.description,
            "Type": self.type_title(card.type),
            "portal_type": wire_type(card.type, card.path),
            "Subject": card.tags,
            "created": created,
            "modified": modified,
            "effective": effective,
            "expires": expires,
            "CreationDate": created,
            "ModificationDate": modified,
            "EffectiveDate": effective or "None",
            "ExpirationDate": expires or "None",
            "Date": effective or modified,
            "is_folderish": card.type == "Topic",
            "exclude_from_nav": False,
            "Creator": card.creator,
            "listCreators": [card.creator] if card.creator else [],
            "getObjPositionInParent": card.order,
            "audience": str(card.audience),
            "code": card.code,
            "checked": plain_day(card.checked),
            "valid_from": plain_day(card.valid_from),
            "valid_to": plain_day(card.valid_to),
            "review_by": plain_day(card.review_by),
            "owner": card.owner,
            "sources": to_builtins(card.sources),
            "topic": {"@id": self.addresses.item(card.topic.path), "title": card.topic.title}
            if card.topic
            else None,
        }

    def _of_type(self, view: ItemView) -> dict[str, Any]:
        content = view.content
        if isinstance(content, StandardQuestion):
            return {"code": content.code, "wordings": content.wordings}
        if isinstance(content, Regulation):
            return {
                "regulation_version": content.version,
                "in_force_from": plain_day(content.in_force_from),
                "acknowledgement_required": content.acknowledgement_required,
            }
        if isinstance(content, Announcement):
            starts, ends = moment(content.starts), moment(content.ends)
            return {"area": content.area, "starts": starts, "ends": ends}
        if isinstance(content, File):
            name = "image" if isinstance(content, Image) else "file"
            value = FileValue(
                content_type=content.content_type,
                download=f"{self.addresses.item(view.path)}/@@download/{name}",
                filename=content.filename,
                size=content.size,
                **_pixels(content),
            )
            return {name: value}
        return {}


def wire_type(kind: str, path: str) -> str:
    """Give the `@type` of an item: Plone's name where Plone has one."""
    return ROOT_TYPE if path == "/" else WIRE_TYPES.get(kind, kind)


def is_folderish(view: Card) -> bool:
    """Say whether items can lie below this one."""
    return view.type == "Topic" or view.path == "/"


def name_of(path: str) -> str:
    """Give the short name of an item."""
    return path.rsplit("/", 1)[-1]


def moment(value: datetime | None) -> str | None:
    """Give a moment as Plone writes it, to the second."""
    return None if value is None else value.isoformat(timespec="seconds")


def plain_day(value: date | bool | None) -> Any:
    """Give a day as text; what is no day comes back as it is."""
    return value.isoformat() if isinstance(value, date) else value


def _pixels(content: File) -> dict[str, int]:
    if not isinstance(content, Image):
        return {}
    return {"width": content.width, "height": content.height}


def _staff_parts(view: ItemView) -> dict[str, Any]:
    if not view.source:
        return {}
    return {"staff": view.staff_html, "letter": view.letter_html, "source": view.source}


def _optional(here: Any, start: int | None, size: int) -> str | None:
    return None if start is None else str(here(b_start=start, b_size=size))
