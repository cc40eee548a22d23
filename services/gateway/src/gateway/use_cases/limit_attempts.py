from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from shared.clock import real_now
from shared.db import Transaction

from gateway import queries
from gateway.errors import TooOften
from gateway.pages import keyed
from gateway.rules.throttles import LIMITS, Bucket
from gateway.settings import Settings

KEPT = timedelta(days=1)


async def limit_attempts(tx: Transaction, settings: Settings, buckets: Sequence[Bucket]) -> None:
    """Count an attempt in each bucket before it is made, so that none slips through beside another. Raises TooOften."""
    now = real_now()
    for digest, bucket in named(tx, settings, buckets):
        limit = LIMITS[bucket.kind]
        every = timedelta(seconds=limit.every)
        if not await queries.charge_bucket(tx, digest, now, limit.burst, every):
            raise TooOften(seconds_until(await queries.read_bucket(tx, digest) - every * (limit.burst - 1), now))


async def forgive_attempt(tx: Transaction, settings: Settings, buckets: Sequence[Bucket]) -> None:
    """The attempt was right: it does not count."""
    for digest, bucket in named(tx, settings, buckets):
        await queries.refund_bucket(tx, digest, timedelta(seconds=LIMITS[bucket.kind].every))
    await queries.sweep_buckets(tx, real_now() - KEPT)


def named(tx: Transaction, settings: Settings, buckets: Sequence[Bucket]) -> list[tuple[UUID, Bucket]]:
    """No name and no address is kept: only a keyed digest. Sorted, so that two attempts never wait for each other."""
    texts = [f"{tx.agency_id}|{bucket.kind}|{bucket.name}" for bucket in buckets]
    digests = [UUID(bytes=keyed(settings, "throttle", text)[:16]) for text in texts]
    return sorted(zip(digests, buckets, strict=True), key=lambda pair: pair[0])


def seconds_until(free_at: datetime, now: datetime) -> int:
    return max(1, int((free_at - now).total_seconds()) + 1)
