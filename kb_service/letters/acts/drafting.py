"""Writing a draft: begin it, keep what is typed, put standard texts in, take it over.

Nothing is ever overwritten unseen: a text that cannot become the draft's own is kept as a version
beside it, and its writer is told. That is why keeping gives a result instead of an error: an error
would take the kept text back with the rest of the unit.
"""

from msgspec.structs import replace
from sqlalchemy import select

from kb_service.base.errors import conflict, invalid
from kb_service.base.ids import Uid, new_uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.handbook import queries as handbook
from kb_service.handbook.render import variables
from kb_service.letters.acts import _texts
from kb_service.letters.queries._rows import content_of, text_row
from kb_service.letters.rules import arrange, writing
from kb_service.letters.rules.content import checked, origins_kept
from kb_service.letters.schemas import (
    Attachment,
    Content,
    Face,
    Fragment,
    FragmentKind,
    Inserted,
    Kept,
    Origin,
    Status,
)
from kb_service.letters.tables import Draft, DraftVersion, DraftWriter, StandardUse
from kb_service.text.difference import difference, short

_MAX_TAB = 40
_FACT = "fact."


@act("draft.begin")
def begin(work: Work, content: Content, *, tab: str = "") -> Uid:
    """Begin a draft of one's own. Raises: reply.invalid, session.needed, act.forbidden."""
    work.allow(Permission.DRAFT)
    content = checked(content)
    if any(one.origin is not None for one in content.fragments):
        content = origins_kept(Content(), content)
    row = Draft(
        uid=new_uid(),
        status=Status.OPEN,
        owner_uid=work.actor.uid,
        owner=work.actor.login,
        owner_name=work.actor.name,
        department=work.actor.department,
        created=work.now,
        version=0,
        ready_version=0,
        ready_at=None,
        ready_by="",
    )
    work.session.add(row)
    work.session.flush()
    work.about("draft", row.uid)
    _texts.put(work, row, content, tab=_tab(tab))
    _texts.keep_version(work, row, content, "begun")
    _texts.hold(work, row.uid, _tab(tab))
    return Uid(row.uid)


@act("draft.write")
def write(work: Work, uid: str, content: Content, *, based_on: int, tab: str) -> Kept:
    """Keep what is typed as the draft's text, or beside it where another text is in the way.

    `based_on` is the edition from which the writer began. Every five minutes, and before another
    writer's text is replaced, the present text stays as a version. Raises: draft.missing,
    reply.invalid.
    """
    row = _texts.opened(work, uid)
    text = text_row(work, row)
    before = content_of(text.content)
    content = origins_kept(before, checked(content))
    other = _texts.other_writer(work, uid)
    is_same_tab = bool(tab) and text.tab == tab and text.author_uid == work.actor.uid
    reason = writing.beside(
        is_open=row.status == Status.OPEN,
        held_by_other=other is not None,
        based_on=based_on,
        edition=text.edition,
        is_same_tab=is_same_tab,
    )
    if content == before and not reason:
        _texts.hold(work, uid, _tab(tab))
        return Kept(edition=text.edition)
    if reason:
        number = 0
        if content != before:
            number = _texts.keep_version(work, row, content, reason, is_beside=True)
        name = other.holder_name if other is not None else text.author_name
        return Kept(
            edition=text.edition, version=number, is_beside=True, reason=reason, writer=name
        )
    last = work.session.scalar(
        select(DraftVersion.moment)
        .where(DraftVersion.draft_uid == uid, DraftVersion.is_beside.is_(False))
        .order_by(DraftVersion.number.desc())
        .limit(1)
    )
    is_other = text.author_uid != work.actor.uid
    if writing.needs_version(last, is_other_writer=is_other, now=work.now):
        _texts.keep_present(work, row, "autosave")
    _texts.hold(work, uid, _tab(tab))
    return Kept(edition=_texts.put(work, row, content, tab=_tab(tab)))


@act("draft.take_over")
def take_over(work: Work, uid: str, *, tab: str = "") -> None:
    """Go on with a draft that another is writing; their text stays as a version, and they are told.

    Raises: draft.missing, reply.frozen.
    """
    row = _texts.opened(work, uid)
    _texts.refuse_unless_open(row)
    other = _texts.other_writer(work, uid)
    if other is not None:
        work.note("draft", uid, taken_from=other.holder_name)
        _texts.keep_present(work, row, "taken_over")
    _texts.hold(work, uid, _tab(tab))


@act("draft.release")
def release(work: Work, uid: str, *, tab: str = "") -> None:
    """Say that this employee's tab writes no more; another tab of theirs goes on."""
    row = _texts.opened(work, uid)
    writer = work.session.get(DraftWriter, row.uid)
    if writer is not None and writer.holder_uid == work.actor.uid and writer.tab == _tab(tab):
        work.session.delete(writer)


@act("draft.keep_version")
def keep_version(work: Work, uid: str) -> int:
    """Keep the present text as a version by hand; give its number. Raises: draft.missing."""
    return _texts.keep_present(work, _texts.opened(work, uid), "kept")


@act("draft.insert")
def insert(
    work: Work,
    uid: str,
    item_uid: str,
    *,
    questions: list[str],
    after: str = "",
    face: Face | None = None,
    tab: str = "",
) -> Inserted:
    """Put a standard text into a draft, tied to the questions that it answers.

    The letter text is taken, or the public answer where there is none (or `face` says so). Its
    files come along. Raises: draft.missing, reply.frozen, reply.held, item.missing, reply.invalid.
    """
    row = _texts.opened(work, uid)
    _texts.refuse_unless_open(row)
    _refuse_other_writer(work, uid)
    standard = handbook.standard_text(work, item_uid)
    text = text_row(work, row)
    content = content_of(text.content)
    chosen = face or (Face.LETTER if standard.letter else Face.ANSWER)
    words = standard.letter if chosen == Face.LETTER else standard.answer
    if not words:
        raise invalid("reply.nothing_to_insert", title=standard.title)
    fragment = Fragment(
        id=arrange.free_fragment_id(content),
        kind=FragmentKind.STANDARD,
        text=words,
        questions=questions,
        origin=Origin(
            uid=standard.uid,
            code=standard.code,
            title=standard.title,
            path=standard.path,
            number=standard.number,
            face=chosen,
            text=words,
            facts=_facts(work, words, content),
        ),
    )
    content = arrange.with_fragment(content, fragment, after=after)
    content = _with_files(work, content, item_uid)
    last = _last_use(work, item_uid)
    edition = _texts.put(work, row, checked(content), tab=_tab(tab))
    _texts.hold(work, uid, _tab(tab))
    _note_use(work, uid, fragment)
    changed = []
    if last is not None and last.number != standard.number:
        old = handbook.earlier_letter(work, item_uid, last.number)
        if old is not None:
            was = old.letter if chosen == Face.LETTER else old.answer
            changed = short(difference(was, words))
    number = last.number if last is not None else 0
    return Inserted(fragment=fragment, edition=edition, last_number=number, changed=changed)


def _refuse_other_writer(work: Work, uid: str) -> None:
    other = _texts.other_writer(work, uid)
    if other is not None:
        raise conflict("reply.held", uid=uid, name=other.holder_name)


def _facts(work: Work, text: str, content: Content) -> dict[str, str]:
    facts = handbook.facts(work, content.card.dated or work.today)
    keys = {name.removeprefix(_FACT) for name in variables(text) if name.startswith(_FACT)}
    return {key: str(facts[key]) for key in sorted(keys) if key in facts}


def _with_files(work: Work, content: Content, item_uid: str) -> Content:
    known = {one.uid for one in content.files}
    more = [
        Attachment(uid=one.uid, title=one.title, path=one.path)
        for one in handbook.files_of(work, item_uid)
        if one.uid not in known
    ]
    return replace(content, files=[*content.files, *more])


def _last_use(work: Work, item_uid: str) -> StandardUse | None:
    statement = (
        select(StandardUse)
        .where(StandardUse.account_uid == work.actor.uid, StandardUse.item_uid == item_uid)
        .order_by(StandardUse.moment.desc(), StandardUse.uid.desc())
        .limit(1)
    )
    return work.session.scalar(statement)


def _note_use(work: Work, uid: str, fragment: Fragment) -> None:
    origin = fragment.origin
    if origin is None:
        return
    work.session.add(
        StandardUse(
            uid=new_uid(),
            draft_uid=uid,
            fragment=fragment.id,
            item_uid=origin.uid,
            number=origin.number,
            face=origin.face,
            account_uid=work.actor.uid,
            moment=work.now,
            outcome="inserted",
            settled_at=None,
            before="",
            after="",
        )
    )


def _tab(tab: str) -> str:
    return tab[:_MAX_TAB]
