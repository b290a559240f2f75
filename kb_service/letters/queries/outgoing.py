"""The reply that goes out: what is written now, or a kept version, filled in for its own day."""

from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.letters.queries.drafts import draft, reply_of, version, versions
from kb_service.letters.schemas import Content, Outgoing, Status, VersionRow


def outgoing(work: Work, uid: str, number: int = 0) -> Outgoing:
    """Give the reply of a version, or (0) of what is written now, with the version it stands on.

    What was frozen as ready keeps the facts of that day.

    Raises: session.needed, act.forbidden, draft.missing, version.missing.
    """
    work.allow(Permission.DRAFT)
    if number:
        about, content = version(work, uid, number)
        return _going(work, content, about)
    whole = draft(work, uid)
    own = next((one for one in versions(work, uid) if not one.is_beside), None)
    if own is None:
        reply = reply_of(work, whole.content)
        return Outgoing(reply=reply, card=whole.content.card, version=0)
    about, content = version(work, uid, own.number)
    if whole.status == Status.READY or content == whole.content:
        return _going(work, content, about)
    reply = reply_of(work, whole.content)
    return Outgoing(reply=reply, card=whole.content.card, version=own.number, is_changed=True)


def _going(work: Work, content: Content, about: VersionRow) -> Outgoing:
    frozen_on = about.moment.astimezone(work.clock.zone).date() if about.reason == "ready" else None
    reply = reply_of(work, content, frozen_on)
    return Outgoing(reply=reply, card=content.card, version=about.number)
