"""A wording or a sentence for the editors: offered from the desk, taken or declined by an editor.

What may be personal data is masked before anything is kept: the editors, and later the readers, see
the text and not the letter that it came from. Source: R42.
"""

from sqlalchemy import func, select

from kb_service.base.errors import FieldError, conflict, invalid
from kb_service.base.ids import Uid, new_uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.handbook import queries as handbook
from kb_service.handbook.acts import wordings
from kb_service.handbook.wordings import MAX_WORDING
from kb_service.letters.schemas import SuggestionKind, SuggestionStatus
from kb_service.letters.tables import Suggestion
from kb_service.text.normalise import words
from kb_service.text.personal_data import mask

MAX_SENTENCE = 1000
# So many of one employee may wait at once: a list that nobody can read through helps nobody.
MAX_WAITING = 100


@act("suggestion.make")
def make(work: Work, item: str, kind: SuggestionKind, text: str, *, instead_of: str = "") -> Uid:
    """Offer a wording, or a sentence instead of another, to the editors of a standard question.

    Raises: session.needed, act.forbidden, item.missing, suggestion.empty, suggestion.too_long,
    suggestion.exists (the same waits already), suggestion.too_many.
    """
    work.allow(Permission.SUGGEST)
    handbook.standard_text(work, item)
    limit = MAX_WORDING if kind == SuggestionKind.WORDING else MAX_SENTENCE
    text = _checked("text", text, limit)
    if not words(text):
        raise invalid("suggestion.empty", FieldError("text", "suggestion.empty"))
    instead_of = _checked("instead_of", instead_of, MAX_SENTENCE)
    _refuse_repeated(work, item, kind, text)
    row = Suggestion(
        uid=new_uid(),
        item_uid=item,
        kind=str(kind),
        text=text,
        instead_of=instead_of if kind == SuggestionKind.SENTENCE else "",
        status=str(SuggestionStatus.NEW),
        author=work.actor.login,
        author_name=work.actor.name,
        moment=work.now,
        settled_by="",
        settled_at=None,
    )
    work.session.add(row)
    work.session.flush()
    work.about("suggestion", row.uid)
    return Uid(row.uid)


@act("suggestion.take")
def take(work: Work, uid: str) -> None:
    """Take a suggestion: a wording is added to its question, a sentence its editor writes in.

    Raises: suggestion.missing, item.missing, act.forbidden, suggestion.settled, and for a wording
    as wordings.add_wording.
    """
    row = _waiting(work, uid)
    if row.kind == SuggestionKind.WORDING:
        wordings.add_wording(work, row.item_uid, row.text)
    _settle(work, row, SuggestionStatus.TAKEN)


@act("suggestion.decline")
def decline(work: Work, uid: str, *, reason: str = "") -> None:
    """Leave the text as it is. Raises: suggestion.missing, act.forbidden, suggestion.settled."""
    _settle(work, _waiting(work, uid), SuggestionStatus.DECLINED)


def _waiting(work: Work, uid: str) -> Suggestion:
    """Load a suggestion that nobody has settled, for who may edit its item."""
    row = work.get(Suggestion, uid, Permission.SUGGEST)
    handbook.for_editing(work, uid=row.item_uid)
    if row.status != SuggestionStatus.NEW:
        raise conflict("suggestion.settled", uid=uid, status=row.status)
    return row


def _settle(work: Work, row: Suggestion, status: SuggestionStatus) -> None:
    row.status = str(status)
    row.settled_by, row.settled_at = work.actor.login, work.now


def _checked(field: str, text: str, limit: int) -> str:
    """Give what was typed in one line as it may be kept. Raises: suggestion.too_long."""
    clean = mask(" ".join(text.replace("\0", " ").split()), strict=True)
    if len(clean) > limit:
        error = FieldError(field, "suggestion.too_long", {"max": limit})
        raise invalid("suggestion.too_long", error, max=limit)
    return clean


def _refuse_repeated(work: Work, item: str, kind: SuggestionKind, text: str) -> None:
    waiting = select(Suggestion).where(Suggestion.status == str(SuggestionStatus.NEW))
    same = waiting.where(
        Suggestion.item_uid == item, Suggestion.kind == str(kind), Suggestion.text == text
    )
    if work.session.scalar(same.limit(1)) is not None:
        raise conflict("suggestion.exists")
    own = waiting.where(Suggestion.author == work.actor.login)
    if (work.session.scalar(own.with_only_columns(func.count())) or 0) >= MAX_WAITING:
        raise conflict("suggestion.too_many", max=MAX_WAITING)
