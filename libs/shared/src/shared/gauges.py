"""How a service stands just now: set aside, unsent, overdue, pending. One query each few seconds, and when asked."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from shared import metrics
from shared.clock import Clock
from shared.db import Database
from shared.log import logger
from shared.parked import STATES
from shared.timers import STUCK

EVERY = 5.0
FIGURES = """WITH aside AS (SELECT state, count(*) AS events, min(parked_at) AS oldest FROM parked GROUP BY state),
overdue AS (SELECT count(*) AS timers, count(*) FILTER (WHERE attempts >= $2) AS stuck, min(due_at) AS oldest
  FROM timer WHERE fired_at IS NULL AND due_at <= $1),
outward AS (SELECT count(*) AS intents, min(made_at) AS oldest FROM outbound WHERE state = 'pending'),
unsent AS (SELECT least((SELECT committed_at FROM outbox ORDER BY id LIMIT 1), (SELECT committed_at FROM event_log
  WHERE position > (SELECT published FROM log_counter) ORDER BY position LIMIT 1)) AS oldest)
SELECT (SELECT json_object_agg(state, json_build_array(events, extract(epoch FROM clock_timestamp() - oldest)))
    FROM aside) AS aside,
  coalesce(extract(epoch FROM clock_timestamp() - unsent.oldest), 0)::float AS relay_delay,
  overdue.timers AS timers_overdue, overdue.stuck AS timers_stuck,
  coalesce(extract(epoch FROM $1 - overdue.oldest), 0)::float AS timers_oldest,
  outward.intents AS outbound_pending,
  coalesce(extract(epoch FROM clock_timestamp() - outward.oldest), 0)::float AS outbound_oldest
FROM overdue, outward, unsent"""


async def read_figures(relay: Database, clock: Clock) -> dict[str, Any]:
    """`aside` is state → [events, age of the oldest in seconds]; all ages are seconds."""
    (row,) = await relay.look(FIGURES, clock.now(), STUCK)
    return {**dict(row), "aside": row["aside"] or {}}


def set_gauges(figures: Mapping[str, Any]) -> None:
    for state in STATES:
        events, oldest = figures["aside"].get(state, (0, 0.0))
        metrics.ASIDE.labels(state).set(events)
        metrics.ASIDE_OLDEST.labels(state).set(oldest)
    metrics.RELAY_DELAY.set(figures["relay_delay"])
    metrics.TIMERS_OVERDUE.set(figures["timers_overdue"])
    metrics.TIMERS_STUCK.set(figures["timers_stuck"])
    metrics.TIMERS_OLDEST.set(figures["timers_oldest"])
    metrics.OUTBOUND_PENDING.set(figures["outbound_pending"])
    metrics.OUTBOUND_OLDEST.set(figures["outbound_oldest"])


async def keep_gauges(relay: Database, clock: Clock) -> None:
    """Worker's loop. A database that is away leaves the last figures standing."""
    while True:
        try:
            set_gauges(await read_figures(relay, clock))
        except (OSError, TimeoutError) as error:
            metrics.LOOPS.labels("gauges").inc()
            logger.warning("gauges.restarted", error=type(error).__name__)
        await asyncio.sleep(EVERY)


def set_lag(topics: Iterable[str], behind: Mapping[tuple[str, int], int]) -> None:
    """`behind`: topic and partition → records in the broker whose effect is not committed here."""
    for topic in topics:
        metrics.LAG.labels(topic).set(sum(count for (name, _), count in behind.items() if name == topic))
