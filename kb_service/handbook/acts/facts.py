"""Changing facts: propose a value, approve, reject or withdraw it, use a fact in a text.

The sheet of facts changes only when a proposal is approved; its file follows. Source: C20, C21.
"""

from kb_service.base.errors import FieldError, conflict, invalid, missing
from kb_service.base.ids import new_uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.handbook import codec, fact_writer
from kb_service.handbook import sheets as sheet_text
from kb_service.handbook.acts import edit, sheets
from kb_service.handbook.queries.facts import fact_change, planned
from kb_service.handbook.queries.sheets import needs_four_eyes, sheet
from kb_service.handbook.rules import facts as rules
from kb_service.handbook.rules import workflow
from kb_service.handbook.rules.facts import ChangeStatus, NewValue
from kb_service.handbook.schemas import Fact
from kb_service.handbook.tables import FactChange, FactException, Item, Revision

_SHEET = "facts"
FIELDS = ("body", "description")


@act("fact.propose")
def propose(work: Work, new: NewValue) -> str:
    """Ask for a value of a fact, and give the proposal's uid; nothing changes yet.

    Raises: fact.wrong, fact.reason_needed, fact.gap, and as rules.facts.plan.
    """
    work.allow(Permission.PROPOSE_FACT)
    new = rules.checked(new)
    plan = planned(work, new, new.reason)
    rows = _rows_of(sheet(work, _SHEET)[0], new.key)
    followed = plan.closed if plan.replaced is None else plan.replaced
    row = FactChange(
        uid=new_uid(),
        key=new.key,
        kind=str(new.kind),
        title=plan.row.title,
        value=new.value,
        unit=new.unit,
        valid_from=new.valid_from,
        valid_to=new.valid_to,
        source=new.source,
        note=new.note,
        reason=new.reason,
        before="" if followed is None else str(rows[followed]),
        status=str(ChangeStatus.PROPOSED),
        author=work.actor.login,
        moment=work.now,
        decided_by="",
        decided_at=None,
        remark="",
    )
    work.session.add(row)
    return row.uid


@act("fact.approve")
def approve(work: Work, uid: str, *, comment: str = "") -> int:
    """Let a proposed value hold from its day on, and give the sheet's number.

    The value before it ends the day before. With four eyes nobody approves an own proposal. A
    proposal whose day has passed meanwhile needs a reason as any change of the past does.
    Raises: fact_change.missing, fact.decided, workflow.four_eyes, fact.reason_needed, fact.gap,
    fact.sheet_odd, and as rules.facts.plan.
    """
    change = work.get(FactChange, uid, Permission.APPROVE_FACT)
    rules.check_open(change.status)
    workflow.check_four_eyes(change.author, work.actor.login, is_on=needs_four_eyes(work))
    # Under the lock: of two approvals the second one must see what the first one wrote.
    work.database.lock_chain(work.session)
    text, number = sheet(work, _SHEET)
    new = fact_change(work, uid).proposal
    plan = planned(work, new, new.reason or comment, rows=_rows_of(text, new.key))
    _decide(work, change, ChangeStatus.APPROVED, comment)
    written = fact_writer.changed(text, plan)
    return sheets.save(work, _SHEET, written, comment=comment, based_on=number, is_decided=True)


@act("fact.reject")
def reject(work: Work, uid: str, *, comment: str) -> None:
    """Send a proposal back with what is wrong about it.

    Raises: fact_change.missing, fact.decided, fact.remark_needed.
    """
    change = work.get(FactChange, uid, Permission.APPROVE_FACT)
    rules.check_open(change.status)
    if not comment.strip():
        raise invalid("fact.remark_needed", FieldError("remark", "fact.remark_needed"))
    _decide(work, change, ChangeStatus.REJECTED, comment)


@act("fact.withdraw")
def withdraw(work: Work, uid: str, *, comment: str = "") -> None:
    """Take an own proposal back; whoever may approve may do so for others.

    Raises: fact_change.missing, fact.decided.
    """
    change = work.get(FactChange, uid, Permission.PROPOSE_FACT)
    if change.author != work.actor.login:
        work.allow(Permission.APPROVE_FACT)
    rules.check_open(change.status)
    _decide(work, change, ChangeStatus.WITHDRAWN, comment)


@act("fact.replace")
def replace(
    work: Work,
    key: str,
    uid: str,
    *,
    field: str,
    start: int,
    typed: str,
    based_on: int,
    comment: str = "",
) -> int:
    """Let an item's text name the fact where its value was typed by hand; give the revision.

    The revision goes live where the item's latest text is the live one and the actor may publish;
    somebody's unfinished text stays unfinished. Raises: fact.unknown, fact.place_moved, item.stale.
    """
    item = work.get(Item, uid, Permission.EDIT)
    if not _rows_of(sheet(work, _SHEET)[0], key):
        raise missing("fact.unknown", key=key)
    latest = work.session.get_one(Revision, item.latest_uid)
    document = codec.decode(latest.text)
    text = document.body if field == "body" else document.content.description
    end = start + len(typed)
    if field not in FIELDS or not typed or start < 0 or text[start:end] != typed:
        raise conflict("fact.place_moved")
    replaced = f"{text[:start]}{{{{ fact.{key} }}}}{text[end:]}"
    is_body = field == "body"
    edited = (
        codec.edited(document, body=replaced)
        if is_body
        else codec.edited(document, description=replaced)
    )
    return edit.save(
        work,
        uid,
        codec.revision_text(edited),
        comment=comment,
        based_on=based_on,
        goes_live=item.live_uid == item.latest_uid,
    )


@act("fact.dismiss")
def dismiss(work: Work, key: str, uid: str, sentence: str) -> None:
    """Say that a sentence's number is not the fact's: it is not asked about again."""
    item = work.get(Item, uid, Permission.EDIT)
    digest = rules.sentence_digest(sentence)
    if work.session.get(FactException, (key, item.uid, digest)) is None:
        work.session.add(
            FactException(
                key=key,
                item_uid=item.uid,
                sentence=digest,
                author=work.actor.login,
                moment=work.now,
            )
        )


def _rows_of(text: str, key: str) -> list[Fact]:
    return [fact for fact in sheet_text.read_facts(text) if fact.key == key]


def _decide(work: Work, change: FactChange, status: ChangeStatus, remark: str) -> None:
    change.status = str(status)
    change.decided_by = work.actor.login
    change.decided_at = work.now
    change.remark = remark.strip()[:500]
