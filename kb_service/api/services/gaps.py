"""`@gaps`: what the handbook lacks, ranked by the minutes that it costs; for editors."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency, Provide
from litestar.params import FromQuery, QueryParameter

from kb_service.api.addresses import Addresses, addresses_of
from kb_service.api.conditional import answer
from kb_service.api.language import speaker_of
from kb_service.api.listing import Listing, provide_listing
from kb_service.api.responses import may_answer
from kb_service.api.schemas.gaps import GapItem, GapList
from kb_service.api.serialize import Serializer, moment
from kb_service.base.paging import Batch
from kb_service.base.permissions import Permission
from kb_service.base.work import Work
from kb_service.reports import gaps
from kb_service.reports.schemas import Gap, GapKind

_Kind = Annotated[GapKind | None, QueryParameter(description="Gaps of one kind alone.")]


@get(
    "/api/@gaps",
    dependencies={"listing": Provide(provide_listing, sync_to_thread=False)},
    responses=may_answer(304, 400, 401, 403),
    summary="What the handbook lacks",
    tags=["search"],
    sync_to_thread=True,
)
def list_gaps(
    *,
    request: Request[Any, Any, Any],
    work: NamedDependency[Work],
    listing: NamedDependency[Listing],
    days: FromQuery[int] = gaps.DAYS,
    kind: _Kind = None,
) -> Response[GapList]:
    """Give the gaps of the last days, the dearest first, without those that are none.

    Raises: session.needed, act.forbidden, gap.days_wrong, batch.wrong.
    """
    work.allow_somewhere(Permission.EDIT)
    addresses = addresses_of(request)
    report = gaps.gaps(work, days)
    found = [one for one in report.gaps if kind in (None, one.kind)]
    page = found[listing.start : listing.start + listing.size]
    batch = Batch(page, len(found), listing.start, listing.size)
    body = GapList(
        id_=addresses.here(),
        items=[_item(addresses, one) for one in page],
        items_total=len(found),
        days=days,
        minutes=report.minutes,
        call_minutes=report.call_minutes,
        batching=Serializer(addresses, speaker_of(request)).batching(batch),
    )
    return answer(request, body)


def _item(addresses: Addresses, one: Gap) -> GapItem:
    return GapItem(
        id_=addresses.item(one.path) if one.uid else None,
        key=one.key,
        kind=one.kind,
        title=one.title,
        minutes=one.minutes,
        demand=one.demand,
        found_nothing=one.nothing,
        by_staff=one.by_staff,
        reasons=one.reasons,
        examples=one.examples,
        first=moment(one.first),
        last=moment(one.last),
        since=one.since.isoformat() if one.since else None,
        source=one.source,
        code=one.code,
    )


routes = [list_gaps]
