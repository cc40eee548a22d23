"""Buckets that limit attempts."""

from datetime import datetime, timedelta
from uuid import UUID

from shared.db import Transaction
from sqlalchemy import Interval, bindparam, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

from gateway.models import Throttle
from gateway.queries.statements import MOMENT

FULL = insert(Throttle).values(
    id=bindparam("bucket"),
    agency_id=bindparam("agency"),
    version=1,
    created_at=bindparam("at", type_=MOMENT),
    drains_at=bindparam("first", type_=MOMENT),
)
CHARGE = FULL.on_conflict_do_update(
    index_elements=["agency_id", "id"],
    set_={
        "drains_at": func.greatest(col(Throttle.drains_at), FULL.excluded.created_at)
        + bindparam("every", type_=Interval)
    },
    where=col(Throttle.drains_at) <= bindparam("latest", type_=MOMENT),
).returning(col(Throttle.id))
REFUND = (
    update(Throttle)
    .where(col(Throttle.id) == bindparam("bucket"))
    .values(drains_at=col(Throttle.drains_at) - bindparam("every", type_=Interval))
)
DRAINS_AT = select(col(Throttle.drains_at)).where(col(Throttle.id) == bindparam("bucket"))
SWEEP = delete(Throttle).where(col(Throttle.drains_at) < bindparam("before", type_=MOMENT))


async def charge_bucket(tx: Transaction, bucket: UUID, at: datetime, burst: int, every: timedelta) -> bool:
    """Count one attempt; False, and nothing counted, where the bucket is full."""
    times = {"at": at, "first": at + every, "every": every, "latest": at + every * (burst - 1)}
    return bool(await tx.rows(CHARGE, bucket=bucket, agency=tx.agency_id, **times))


async def refund_bucket(tx: Transaction, bucket: UUID, every: timedelta) -> None:
    await tx.run(REFUND, bucket=bucket, every=every)


async def read_bucket(tx: Transaction, bucket: UUID) -> datetime:
    """When it is empty again."""
    found: datetime = (await tx.rows(DRAINS_AT, bucket=bucket))[0][0]
    return found


async def sweep_buckets(tx: Transaction, before: datetime) -> None:
    await tx.run(SWEEP, before=before)
