"""What is measured. No label ever holds an id or a person's data."""

from prometheus_client import Counter, Gauge, Histogram

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
REQUESTS = Histogram(
    "trellis_request_seconds", "Time from the request read to the answer made", ["route", "status"], buckets=BUCKETS
)
SEQUENCED = Counter("trellis_events_sequenced_total", "Events moved from the outbox into the log")
PUBLISHED = Counter("trellis_events_published_total", "Events acknowledged by the broker", ["topic"])
BACKLOG = Gauge("trellis_events_unpublished", "Events in the log that the broker has not acknowledged")
APPLIED = Counter("trellis_events_applied_total", "Events whose effect was committed", ["topic", "type"])
REPEATED = Counter("trellis_events_repeated_total", "Events that came again and had no second effect", ["topic"])
PARKED = Counter(
    "trellis_events_parked_total", "Events set aside because they were refused or broke", ["topic", "type"]
)
WAITING = Counter("trellis_events_waiting_total", "Events that came before what they rest on", ["topic", "type"])
LAG = Gauge("trellis_events_lag", "Events of a topic not yet applied here", ["topic"])
ASIDE = Gauge("trellis_events_aside", "Events set aside now", ["state"])
ASIDE_OLDEST = Gauge("trellis_events_aside_oldest_seconds", "Since when the oldest of them is set aside", ["state"])
RELAY_DELAY = Gauge("trellis_relay_delay_seconds", "Age of the oldest event that the broker has not acknowledged")
GAPS = Counter("trellis_events_gaps_total", "Times a consumer missed events and asked for them again", ["topic"])
STOPPED = Gauge("trellis_consumer_stopped", "1 when the consumer stopped because too much was refused in a row")
PROGRESS = Gauge("trellis_consumer_progress_seconds", "Unix time at which the consumer last had all that there was")
TIMERS = Counter("trellis_timers_fired_total", "Timers fired", ["kind"])
TIMERS_FAILED = Counter("trellis_timers_failed_total", "Attempts to fire a timer that failed", ["kind"])
TIMERS_OVERDUE = Gauge("trellis_timers_overdue", "Timers due and not fired")
TIMERS_OLDEST = Gauge("trellis_timers_overdue_oldest_seconds", "Business time since the oldest of them fell due")
TIMERS_STUCK = Gauge("trellis_timers_stuck", "Timers that fail again and again")
OUTBOUND_PENDING = Gauge("trellis_outbound_pending", "Intents that the outside has not taken or refused")
OUTBOUND_OLDEST = Gauge("trellis_outbound_pending_oldest_seconds", "Age of the oldest of them")
OUTBOUND = Counter("trellis_outbound_total", "Attempts to reach the outside", ["port", "state"])
LOOPS = Counter("trellis_worker_failures_total", "Rounds of a worker's loop that failed and were repeated", ["loop"])
AUDIT_SEALED = Counter("trellis_audit_sealed_total", "Rows of the audit that were sealed")
