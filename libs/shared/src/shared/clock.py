"""Business time. One clock for requests, events and timers; in sandbox mode it moves forward (decision 16)."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Real time plus an offset. Only the sandbox moves the offset, and never backward."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def set(self, at: datetime) -> None:
        self.offset = max(self.offset, at - datetime.now(UTC))


def real_now() -> datetime:
    """The time on the wall: for tokens, leases, outbox, audit, idempotency and retention."""
    return datetime.now(UTC)
