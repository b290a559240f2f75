"""Reading suggestions: editors those for what they may edit, everybody their own."""

from sqlalchemy import Select, func, or_, select

from kb_service.base.errors import missing
from kb_service.base.ids import Uid
from kb_service.base.paging import Batch, checked_batch
from kb_service.base.permissions import Permission, may_somewhere
from kb_service.base.work import Work, readable, reads
from kb_service.handbook import queries as handbook
from kb_service.handbook.schemas import Card
from kb_service.letters.schemas import SuggestionKind, SuggestionStatus, SuggestionView
from kb_service.letters.tables import Suggestion


@reads(Suggestion)
def own_and_for_editing(work: Work, statement: Select[Suggestion]) -> Select[Suggestion]:
    """Narrow suggestions to one's own and those for items that this actor may edit."""
    work.allow(Permission.SUGGEST)
    is_own = Suggestion.author == work.actor.login
    if not may_somewhere(work.actor, Permission.EDIT):
        return statement.where(is_own)
    return statement.where(or_(is_own, Suggestion.item_uid.in_(handbook.editable(work))))


def suggestions(
    work: Work,
    *,
    status: SuggestionStatus | None = None,
    is_mine: bool = False,
    start: int = 0,
    size: int = 25,
) -> Batch[SuggestionView]:
    """Give one page of suggestions, the newest first: all that one may read, or one's own.

    Raises: session.needed, act.forbidden, batch.wrong.
    """
    start, size = checked_batch(start, size)
    statement = readable(work, Suggestion)
    if status is not None:
        statement = statement.where(Suggestion.status == status)
    if is_mine:
        statement = statement.where(Suggestion.author == work.actor.login)
    return _batch(work, statement, start, size)


def suggestions_to_settle(
    work: Work, status: SuggestionStatus, *, start: int = 0, size: int = 20
) -> Batch[SuggestionView]:
    """Give one page of what was suggested for items that this actor may edit, the newest first.

    Raises: session.needed, act.forbidden, batch.wrong.
    """
    start, size = checked_batch(start, size)
    return _batch(work, _for_editing(work).where(Suggestion.status == status), start, size)


def suggestion_counts(work: Work) -> dict[SuggestionStatus, int]:
    """Say how many suggestions for what this actor may edit stand in each state.

    Raises: session.needed, act.forbidden.
    """
    statement = _for_editing(work).with_only_columns(Suggestion.status, func.count())
    found: dict[str, int] = dict(work.session.execute(statement.group_by(Suggestion.status)).all())
    return {one: found.get(str(one), 0) for one in SuggestionStatus}


def suggestion(work: Work, uid: str) -> SuggestionView:
    """Give one suggestion. Raises: suggestion.missing, also for what one may not know of."""
    row = work.session.scalar(readable(work, Suggestion).where(Suggestion.uid == uid))
    if row is None:
        raise missing("suggestion.missing", uid=uid)
    return _view(row, handbook.cards(work, [row.item_uid]).get(Uid(row.item_uid)))


def _for_editing(work: Work) -> Select[Suggestion]:
    return readable(work, Suggestion).where(Suggestion.item_uid.in_(handbook.editable(work)))


def _batch(
    work: Work, statement: Select[Suggestion], start: int, size: int
) -> Batch[SuggestionView]:
    total = work.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    page = statement.order_by(Suggestion.moment.desc(), Suggestion.uid).offset(start).limit(size)
    rows = work.session.scalars(page).all()
    cards = handbook.cards(work, [row.item_uid for row in rows])
    return Batch([_view(row, cards.get(Uid(row.item_uid))) for row in rows], total, start, size)


def _view(row: Suggestion, card: Card | None) -> SuggestionView:
    """Give a row with its item; one that its author may not see any more has no name."""
    return SuggestionView(
        uid=row.uid,
        item_uid=Uid(row.item_uid),
        path=card.path if card else "",
        title=card.title if card else "",
        code=card.code if card else "",
        kind=SuggestionKind(row.kind),
        text=row.text,
        instead_of=row.instead_of,
        status=SuggestionStatus(row.status),
        author=row.author,
        author_name=row.author_name,
        moment=row.moment,
        settled_by=row.settled_by,
        settled_at=row.settled_at,
    )
