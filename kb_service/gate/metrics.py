"""Counters of the service in Prometheus' form, in a registry of our own.

Labels are templates of routes and kinds, never values: no personal data can get in.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY = CollectorRegistry()
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
_REQUESTS = Counter(
    "kb_requests", "Answered requests.", ("method", "route", "status"), registry=REGISTRY
)
_SECONDS = Histogram(
    "kb_request_seconds", "Seconds to answer.", ("route",), buckets=_BUCKETS, registry=REGISTRY
)
_JOBS = Gauge("kb_jobs", "Jobs by state.", ("state",), registry=REGISTRY)
_QUESTIONS = Counter(
    "kb_questions", "Questions asked of the search.", ("outcome",), registry=REGISTRY
)


def request(method: str, route: str, status: int, seconds: float) -> None:
    """Count one answered request."""
    _REQUESTS.labels(method, route, str(status)).inc()
    _SECONDS.labels(route).observe(seconds)


def question(outcome: str) -> None:
    """Count one question: confident, unsure or danger."""
    _QUESTIONS.labels(outcome).inc()


def jobs(counts: dict[str, int]) -> None:
    """Set how many jobs are in each state."""
    for state in ("queued", "running", "failed"):
        _JOBS.labels(state).set(counts.get(state, 0))


def text() -> bytes:
    """Give all counters as Prometheus reads them."""
    return bytes(generate_latest(REGISTRY))
