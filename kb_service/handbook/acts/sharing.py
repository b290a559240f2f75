"""Sharing: local roles of a topic and all below it. Source: R40 (an owner for each topic)."""

from collections.abc import Iterable, Mapping

from sqlalchemy import select

from kb_service.base.errors import FieldError, invalid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.handbook.acts import _rows
from kb_service.handbook.rules import sharing
from kb_service.handbook.tables import Item, Share
from kb_service.people import queries as people

KINDS = ("user", "group")
_MAX_NAME = 200


@act("item.share")
def share(
    work: Work,
    uid: str,
    *,
    roles: Mapping[tuple[str, str], Iterable[str]],
    is_inheriting: bool | None = None,
    comment: str = "",
) -> None:
    """Give each named principal (kind, name) exactly these roles here; the others keep theirs.

    An empty set of roles takes them away. `is_inheriting` says whether roles from above count.
    Whoever gets a role must be there: an account that can sign in, or a department.
    Raises: item.in_trash, share.role_wrong, share.kind_wrong, share.name_wrong, share.nobody.
    """
    item = _rows.present(work, uid, Permission.SHARE)
    for (kind, name), wanted in roles.items():
        if kind not in KINDS:
            raise invalid(
                "share.kind_wrong", FieldError("entries", "share.kind_wrong"), allowed=KINDS
            )
        if not name.strip() or len(name) > _MAX_NAME:
            raise invalid("share.name_wrong", FieldError("entries", "share.name_wrong"))
        _give(work, item, kind, name, {str(sharing.checked_role(role)) for role in wanted})
    if is_inheriting is not None:
        item.is_inheriting = is_inheriting


def _give(work: Work, item: Item, kind: str, name: str, wanted: set[str]) -> None:
    held = work.session.scalars(
        select(Share).where(Share.item_uid == item.uid, Share.kind == kind, Share.principal == name)
    ).all()
    given = wanted - {row.role for row in held}
    if given:
        _check_known(work, kind, name)
    for row in held:
        if row.role not in wanted:
            work.session.delete(row)
    for role in sorted(given):
        work.session.add(Share(item_uid=item.uid, kind=kind, principal=name, role=role))


def _check_known(work: Work, kind: str, name: str) -> None:
    """Refuse a name that nobody has: it must not wait for a newcomer who is called so.

    Raises: share.nobody.
    """
    known = (
        name in people.department_titles(work)
        if kind == "group"
        else any(login == name for login, _name in people.colleagues(work))
    )
    if not known:
        fault = FieldError("entries", "share.nobody", {"name": name})
        raise invalid("share.nobody", fault, name=name)
