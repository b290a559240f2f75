"""Collecting opinions: whether an answer helped."""

from datetime import timedelta

from kb_service.base.errors import conflict, missing
from kb_service.base.ids import Uid, new_uid
from kb_service.base.permissions import Permission
from kb_service.base.work import Work, act
from kb_service.feedback.schemas import Helped
from kb_service.feedback.tables import Rating
from kb_service.handbook import queries
from kb_service.search.journal import kept

# Who has a rating's uid may add to it: it lies in a page that others may find open later.
EXPLAIN_LIFE = timedelta(hours=1)


@act("rating.give")
def rate(
    work: Work,
    item: str,
    helped: Helped,
    *,
    remark: str = "",
    query: str = "",
    language: str = "ru",
) -> Uid:
    """Keep what a reader says of an answer that they may see. Source: R26, A10.

    Names, phones and accounts in the remark and the question are masked. Raises: item.missing.
    """
    work.allow(Permission.RATE)
    card = queries.cards(work, [item]).get(Uid(item))
    if card is None:
        raise missing("item.missing", uid=item)
    rating = Rating(
        uid=new_uid(),
        item_uid=item,
        revision=card.revision,
        helped=str(helped),
        remark=kept(remark.strip()),
        query=kept(query.strip()),
        language=language,
        moment=work.now,
    )
    work.session.add(rating)
    return Uid(rating.uid)


@act("rating.explain")
def explain(work: Work, rating: str, remark: str) -> None:
    """Add a remark to a rating that was given within the hour.

    Raises: rating.missing, rating.too_late.
    """
    row = work.get(Rating, rating, Permission.RATE)
    if work.now - row.moment >= EXPLAIN_LIFE:
        raise conflict("rating.too_late")
    row.remark = kept(remark.strip())
