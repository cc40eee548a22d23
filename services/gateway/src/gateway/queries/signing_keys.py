"""Signing keys and the replicas that must know them."""

from uuid import UUID

from shared.db import Transaction
from sqlalchemy import select, text
from sqlmodel import col

from gateway.models import SigningKey
from gateway.rules.keys import KeyStatus

KEYS = select(SigningKey).order_by(col(SigningKey.created_at).desc(), col(SigningKey.id).desc()).limit(10)
NEXT_KEY = KEYS.where(col(SigningKey.status) == KeyStatus.NEXT)
ACTIVE_KEY = KEYS.where(col(SigningKey.status) == KeyStatus.ACTIVE)
LIVES = text("""INSERT INTO replica (agency_id, id, version, created_at, seen_at)
VALUES (agency(), :id, 1, clock_timestamp(), clock_timestamp())
ON CONFLICT (agency_id, id) DO UPDATE SET seen_at = excluded.seen_at""")
FORGET = text("DELETE FROM replica WHERE seen_at < clock_timestamp() - interval '15 seconds'")
LIVE = text("SELECT count(*) FROM replica")
LOCK_KEYS = text("SELECT pg_advisory_xact_lock(hashtextextended('gateway:signing-keys', 0))")


async def list_signing_keys(tx: Transaction) -> list[SigningKey]:
    return await tx.fetch_all(SigningKey, KEYS)


async def lock_signing_keys(tx: Transaction) -> SigningKey | None:
    """Wait for whoever makes or turns keys just now; the active key, if there is one."""
    await tx.rows(LOCK_KEYS)
    return await tx.fetch_optional(SigningKey, ACTIVE_KEY)


async def find_next_key(tx: Transaction) -> SigningKey | None:
    return await tx.fetch_optional(SigningKey, NEXT_KEY)


async def count_replicas(tx: Transaction, replica: UUID) -> int:
    """Say that this one lives; how many do. Real time: a replica lives on the wall's clock."""
    await tx.run(LIVES, id=replica)
    await tx.run(FORGET)
    return int((await tx.rows(LIVE))[0][0])
