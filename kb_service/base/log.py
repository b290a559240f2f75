"""Structured log lines, one JSON object a line, with allowed fields only.

Bodies, queries, names and secrets never reach a line: a processor drops every key that is not on
the list, so that a careless call cannot leak. Source: trust.md promise 9.
"""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "request",
        "method",
        "route",
        "status",
        "ms",
        "bytes",
        "job",
        "kind",
        "tries",
        "uid",
        "act",
        "count",
        "path",
        "line",
        "code",
        "version",
        "address",
        "generation",
        "seq",
        "error",
        "worker",
        "pending",
        "name",
    }
)


def configure(*, stream: Any = None) -> None:
    """Send log lines as JSON to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _only_allowed,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stderr),
        cache_logger_on_first_use=False,
    )


def logger() -> Any:
    """Give the logger; its lines carry the fields of ALLOWED and nothing else."""
    return structlog.get_logger()


def _only_allowed(
    _logger: object, _method: str, line: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    return {key: value for key, value in line.items() if key in ALLOWED}
