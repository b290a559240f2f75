"""Reading what stands above every page: the announcements that hold now."""

from contextlib import suppress

from sqlalchemy import or_

from kb_service.base.errors import KbError
from kb_service.base.work import Work, readable
from kb_service.handbook.queries._rows import document_of, shown_revisions
from kb_service.handbook.queries.sheets import context
from kb_service.handbook.render import expand
from kb_service.handbook.rules import announcements
from kb_service.handbook.schemas import Announcement, Banner, State
from kb_service.handbook.tables import Item


def banners(work: Work) -> list[Banner]:
    """Give the announcements that hold now and are open to this reader, the newest first.

    Drafts are none, whoever asks: what stands above a page is what the world is told.
    """
    rows = work.session.scalars(
        readable(work, Item)
        .where(
            Item.type == "Announcement",
            Item.state == State.PUBLISHED,
            or_(Item.effective.is_(None), Item.effective <= work.now),
            or_(Item.expires_at.is_(None), Item.expires_at > work.now),
        )
        .order_by(Item.effective.desc(), Item.path)
    ).all()
    if not rows:
        return []
    revisions = shown_revisions(work, rows)
    today = context(work)
    found: list[Banner] = []
    for row in rows:
        content = document_of(revisions[row.uid].text).content
        if not isinstance(content, Announcement) or not announcements.has_begun(content, work.now):
            continue
        # A text that cannot be filled in must not take every page away.
        with suppress(KbError):
            text = expand(content.description, today, markdown=False)
            ends = announcements.gone_at(content)
            found.append(Banner(content.title, text, content.area, ends, row.path))
    return found
