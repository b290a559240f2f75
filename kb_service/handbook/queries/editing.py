"""Reading an item as its editor does: the newest text, where it stands, what it would look like."""

from datetime import date, datetime

import msgspec
from sqlalchemy import select

from kb_service.base.errors import FieldError, KbError, Kind, missing
from kb_service.base.ids import Uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.handbook import codec, parts
from kb_service.handbook.queries._rows import item_at, item_of
from kb_service.handbook.queries._writers import writers
from kb_service.handbook.queries.items import breadcrumbs, cards, related
from kb_service.handbook.queries.sheets import company, context, fact_keys, needs_four_eyes
from kb_service.handbook.render import Renderer, check, expand, pending, tel
from kb_service.handbook.rules import paths
from kb_service.handbook.rules.drafts import Place
from kb_service.handbook.rules.order import order_of
from kb_service.handbook.schemas import Action, Card, Crumb, Document, ItemView, State
from kb_service.handbook.tables import Item, Revision


class EditView(msgspec.Struct, frozen=True, kw_only=True):
    """An item for its editor. `text` is that of the latest revision: nothing of where it stands.

    `live` is the number of the live revision, 0 if there is none; `draft` is the state of a newer
    text beside the live one, "" if there is none.
    """

    uid: str
    path: str
    type: str
    state: str
    draft: str
    number: int
    live: int
    text: str
    author: str
    modified: datetime
    effective: datetime | None
    expires: datetime | None
    crumbs: list[Crumb]


def for_editing(work: Work, *, uid: str = "", path: str = "") -> EditView:
    """Give an item whole for its editor, by uid or path. Raises: item.missing, act.forbidden."""
    item = item_of(work, uid) if uid else item_at(work, path)
    work.allow(Permission.EDIT, item)
    latest = work.session.get_one(Revision, item.latest_uid)
    live = work.session.get(Revision, item.live_uid) if item.live_uid else None
    return EditView(
        uid=item.uid,
        path=item.path,
        type=item.type,
        state=item.state,
        draft=item.draft,
        number=latest.number,
        live=live.number if live else 0,
        text=codec.with_order(latest.text, None),
        author=latest.author,
        modified=latest.moment,
        effective=item.effective,
        expires=item.expires_at,
        crumbs=breadcrumbs(work, item),
    )


def parent_for_new(work: Work, *, uid: str = "", path: str = "") -> Card:
    """Give the topic in which somebody wants to make something. Raises: item.missing."""
    item = item_of(work, uid) if uid else item_at(work, path)
    work.allow(Permission.ADD, item)
    return cards(work, [item.uid])[Uid(item.uid)]


def may_publish(work: Work, uid: str) -> bool:
    """Say whether a change that this actor typed just now could be published by them."""
    item = item_of(work, uid)
    return work.may(Permission.PUBLISH, item) and item.state != State.ARCHIVED


def is_for_another(work: Work, uid: str) -> bool:
    """Say whether this actor wrote of what is new and the house wants a second pair of eyes."""
    item = item_of(work, uid)
    return needs_four_eyes(work) and work.actor.login in writers(work, item)


def preview(
    work: Work, renderer: Renderer, place: Place, text: str, *, day: date | None = None
) -> ItemView:
    """Give what would be shown of a text that nobody has saved yet, with the facts of a day.

    It looks published: where it stands is not what the editor asks here.
    Raises: document.*, part.*, document.problem with a field for each mistake, render.*.
    """
    item = item_of(work, place.uid) if place.uid else None
    parent = item_of(work, place.parent) if item is None else None
    work.allow(Permission.EDIT if item is not None else Permission.ADD, item or parent)
    path = item.path if item else paths.join(parent.path if parent else "/", "new")
    document = codec.decode(text)
    refuse_mistakes(work, document)
    return _view(work, renderer, document, item, path, day)


def refuse_mistakes(work: Work, document: Document) -> None:
    """Refuse what could not be shown, as saving does. Raises: part.*, and a code of each mistake.

    The lines are those of the document's text.
    """
    offset = document.front.count("\n") + 2
    split = parts.split(document.body, offset=offset)
    problems = check(
        split, document.content, facts=fact_keys(work), company=company(work), offset=offset
    )
    if problems:
        first = problems[0]
        found = tuple(
            FieldError("text", one.code, {"line": one.line, **one.params}) for one in problems
        )
        raise KbError(first.code, Kind.INVALID, fields=found, line=first.line, **first.params)


def held_up(work: Work, uid: str) -> datetime | None:
    """Give the moment at which a text was to be live and is not: another item has its code.

    Raises: item.missing, act.forbidden.
    """
    item = item_of(work, uid)
    work.allow(Permission.EDIT, item)
    if item.scheduled_at is None or item.scheduled_at > work.now:
        return None
    text = work.session.get_one(Revision, item.latest_uid).text
    code = getattr(codec.decode(text).content, "code", "")
    other = select(Item.uid).where(Item.code == code, Item.uid != uid)
    return item.scheduled_at if code and work.session.scalar(other) is not None else None


def facts_without_value(work: Work, text: str) -> list[str]:
    """Give the facts that a document's text names and that have no value today: its editor is told.

    Readers see a quiet word in their place. Raises: act.forbidden, document.*.
    """
    work.allow_somewhere(Permission.EDIT)
    document = codec.decode(text)
    content = document.content
    texts = [document.body, content.title, content.description]
    texts += [one.url for one in content.actions]
    return pending(texts, context(work))


def _view(
    work: Work,
    renderer: Renderer,
    document: Document,
    item: Item | None,
    path: str,
    day: date | None,
) -> ItemView:
    content, today = document.content, context(work, day)
    split = parts.split(document.body)
    rendered = renderer.render(split, today)
    crumbs = breadcrumbs(work, item) if item is not None else _crumbs(work, path)
    number = work.session.get_one(Revision, item.latest_uid).number if item else 0
    return ItemView(
        uid=Uid(item.uid if item else "0" * 32),
        path=path,
        type=document.type,
        state=State.PUBLISHED,
        title=expand(content.title, today, markdown=False),
        description=expand(content.description, today, markdown=False),
        code=getattr(content, "code", ""),
        audience=content.audience,
        checked=content.checked,
        valid_from=content.valid_from,
        valid_to=content.valid_to,
        review_by=content.review_by,
        owner=content.owner,
        sources=content.sources,
        topic=crumbs[-1] if crumbs else None,
        order=order_of(item.position) if item else content.order,
        tags=content.tags,
        created=item.created if item else work.now,
        modified=work.now,
        revision=number + 1,
        html=rendered.public,
        staff_html=rendered.staff,
        letter_html=rendered.letter,
        letter_text=expand(split.letter, today, markdown=False, is_letter=True),
        markdown=document.body,
        source=codec.revision_text(document),
        creator=item.creator if item else work.actor.login,
        content=content,
        crumbs=crumbs,
        related=related(work, content),
        actions=[
            Action(one.label, tel(expand(one.url, today, markdown=False)))
            for one in content.actions
        ],
        toc=rendered.toc,
    )


def _crumbs(work: Work, path: str) -> list[Crumb]:
    try:
        parent = item_at(work, path.rsplit("/", 1)[0] or "/")
    except KbError as error:
        raise missing("item.missing", path=path) from error
    if parent.path == "/":
        return []
    card = cards(work, [parent.uid])[Uid(parent.uid)]
    return [*breadcrumbs(work, parent), Crumb(card.path, card.title)]
