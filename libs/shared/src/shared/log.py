"""Structured logs without personal data: only the fields on the list leave the process."""

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

FIELDS = frozenset(
    {
        "event",
        "level",
        "timestamp",
        "service",
        "request_id",
        "method",
        "route",
        "status",
        "ms",
        "code",
        "type",
        "topic",
        "part",
        "position",
        "sequence",
        "event_id",
        "aggregate_id",
        "error",
        "reason",
        "kind",
        "count",
        "at",
        "port",
        "attempt",
        "agency",
        "head",
    }
)


def only_listed(_: Any, __: str, entry: MutableMapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in entry.items() if name in FIELDS}


def configure(service: str) -> None:
    """JSON lines to standard output; libraries' own messages from warning upward, without their arguments."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_listed,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    logging.basicConfig(level=logging.WARNING, format='{"level":"%(levelname)s","event":"%(name)s"}', force=True)


logger: structlog.stdlib.BoundLogger = structlog.get_logger()
