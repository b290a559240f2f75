"""What an actor may edit, for the rooms above: they join their own rows with it."""

from sqlalchemy import Select

from kb_service.base.permissions import Permission
from kb_service.base.work import Work, readable
from kb_service.handbook.queries._rows import within_grants
from kb_service.handbook.tables import Item


def editable(work: Work) -> Select[tuple[str]]:
    """Give the SELECT of the uids of all items that this actor may edit.

    Raises: session.needed, act.forbidden to who may edit nothing anywhere.
    """
    statement = readable(work, Item)
    if not work.may(Permission.EDIT):
        inside = within_grants(work.actor, Permission.EDIT)
        if inside is None or work.actor.only_reads:
            work.allow(Permission.EDIT)
        else:
            statement = statement.where(inside)
    return statement.with_only_columns(Item.uid)
