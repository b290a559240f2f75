"""The service about itself: `@health`, `@metrics`, the OpenAPI document."""

from litestar import MediaType, Response, get
from litestar.di import NamedDependency

from kb_service.api.listing import Flag, is_on
from kb_service.api.responses import may_answer
from kb_service.api.schemas.system import Checks, EncoderHealth, Health
from kb_service.base import outbox
from kb_service.base.errors import KbError
from kb_service.base.permissions import VISITOR
from kb_service.base.work import open_work
from kb_service.gate import metrics
from kb_service.gate.site import Site
from kb_service.search import queries

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_NOT_CACHED = {"Cache-Control": "no-store"}


@get(
    "/api/@health",
    responses=may_answer(400, own={503: Health}),
    summary="Whether the service lives and is ready",
    description="`?ready` answers 503 until questions can be answered.",
    tags=["system"],
    sync_to_thread=True,
)
def health(site: NamedDependency[Site], ready: Flag = None) -> Response[Health]:
    """Give liveness, and with `ready` whether each part works."""
    if not is_on(ready):
        return Response(Health("ok"), headers=_NOT_CACHED)
    checks = _checks(site)
    is_ready = checks.database and checks.index
    return Response(
        Health("ready" if is_ready else "not_ready", checks),
        status_code=200 if is_ready else 503,
        headers=_NOT_CACHED,
    )


@get(
    "/api/@metrics",
    responses=may_answer(),
    summary="Counters for Prometheus",
    description="Templates of routes and kinds only: no path, no text and nobody's name.",
    tags=["system"],
    media_type=MediaType.TEXT,
    sync_to_thread=True,
)
def read_metrics(site: NamedDependency[Site]) -> Response[str]:
    """Give the service's counters in Prometheus' text form."""
    try:
        with open_work(site.database, VISITOR, site.clock, write=False) as work:
            metrics.jobs(outbox.counts(work.session))
    except KbError:
        # The counters are wanted most when the database is away.
        metrics.jobs({})
    return Response(metrics.text().decode(), media_type=METRICS_TYPE, headers=_NOT_CACHED)


def _checks(site: Site) -> Checks:
    encoder = site.engine.encoder
    checks = Checks(
        database=site.database.is_alive(),
        index=not site.engine.needs_rebuild,
        outbox={},
        encoder=EncoderHealth(name=encoder.name if encoder else "off", pending=0),
    )
    if not checks.database:
        return checks
    try:
        with open_work(site.database, VISITOR, site.clock, write=False) as work:
            checks.outbox = outbox.counts(work.session)
            checks.encoder.pending = queries.pending(work, site.engine)
    except KbError:
        checks.database = False
    return checks
