"""Reading what items say of themselves as lists to choose from: keywords, departments, titles."""

from sqlalchemy import func, select

from kb_service.base.work import Work, readable
from kb_service.handbook.queries._rows import chunked, document_of
from kb_service.handbook.tables import Item


def tags(work: Work) -> list[str]:
    """Give the keywords of all texts that this actor may see, in order."""
    shown = readable(work, Item).with_only_columns(func.coalesce(Item.live_uid, Item.latest_uid))
    revisions = chunked(work, work.session.scalars(shown))
    found = {tag for row in revisions for tag in document_of(row.text).content.tags}
    return sorted(found, key=str.casefold)


def owners(work: Work) -> list[str]:
    """Give the departments that items of this actor's view are looked after by, in order."""
    statement = readable(work, Item).with_only_columns(Item.owner).where(Item.owner != "")
    return sorted(work.session.scalars(statement.distinct()), key=str.casefold)


def titles(
    work: Work, *, words: str = "", uids: tuple[str, ...] = (), start: int = 0, size: int = 25
) -> tuple[list[tuple[str, str]], int]:
    """Give uid and title of items whose title has these letters, and how many there are."""
    statement = readable(work, Item)
    if words.strip():
        wanted = words.strip().lower()
        statement = statement.where(func.lower(Item.title).contains(wanted, autoescape=True))
    if uids:
        statement = statement.where(Item.uid.in_(uids[:500]))
    total = work.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    page = statement.with_only_columns(Item.uid, Item.title).order_by(
        func.lower(Item.title), Item.path
    )
    return [(uid, title) for uid, title in work.session.execute(page.offset(start).limit(size))], (
        total
    )
