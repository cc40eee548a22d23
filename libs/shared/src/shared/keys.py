"""Data keys: one per owner and version, wrapped by its agency's key, which the master key wraps (decision 29).

The master key stands outside the database and its backups. Whoever has a backup alone opens nothing.
"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from shared.crypto import new_key, open_bytes, seal_bytes
from shared.errors import Destroyed, Unavailable

if TYPE_CHECKING:
    from shared.db import Transaction

CURRENT = """SELECT k.key_id, k.owner_id, k.wrapped, a.wrapped AS wrapper FROM data_key k LEFT JOIN data_key a
  ON k.owner_id <> k.agency_id AND a.agency_id = k.agency_id AND a.key_id::text = k.wrapped_by
WHERE k.agency_id = $1 AND k.owner_id = $2 AND k.retired_at IS NULL"""
OF_ID = """SELECT k.key_id, k.owner_id, k.wrapped, a.wrapped AS wrapper FROM data_key k LEFT JOIN data_key a
  ON k.owner_id <> k.agency_id AND a.agency_id = k.agency_id AND a.key_id::text = k.wrapped_by
WHERE k.agency_id = $1 AND k.owner_id = $2 AND k.key_id = $3"""
ADD_AGENCY = """INSERT INTO data_key (agency_id, owner_id, key_id, wrapped, wrapped_by) VALUES ($1, $1, $2, $3, $4)
ON CONFLICT DO NOTHING"""
# Under the agency's newest key only: the lock waits for a rotation that runs, and then finds nothing.
ADD_OWNER = """INSERT INTO data_key (agency_id, owner_id, key_id, wrapped, wrapped_by)
SELECT $1, $2, $3, $4, a.key_id::text FROM data_key a WHERE a.agency_id = $1 AND a.key_id = $5 AND a.retired_at IS NULL
FOR SHARE ON CONFLICT DO NOTHING"""
RETIRE = """UPDATE data_key SET retired_at = clock_timestamp() WHERE agency_id = $1 AND owner_id = $2
AND retired_at IS NULL AND wrapped IS NOT NULL"""
STALE = """SELECT k.key_id, k.owner_id, k.wrapped, a.wrapped AS wrapper FROM data_key k JOIN data_key a
  ON a.agency_id = k.agency_id AND a.key_id::text = k.wrapped_by
WHERE k.agency_id = $1 AND k.owner_id <> $1 AND k.wrapped IS NOT NULL AND k.wrapped_by <> $2::text
ORDER BY k.key_id LIMIT $3 FOR UPDATE OF k"""
OTHER_MASTER = """SELECT key_id, owner_id, wrapped FROM data_key WHERE agency_id = $1 AND owner_id = $1
AND wrapped IS NOT NULL AND wrapped_by <> $2 FOR UPDATE"""
REWRAP = (
    "UPDATE data_key SET wrapped = $3, wrapped_by = $4 WHERE agency_id = $1 AND key_id = $2 AND wrapped IS NOT NULL"
)
# Kept answers name the agency's key for a day.
FORGET = """UPDATE data_key a SET wrapped = NULL, destroyed_at = clock_timestamp() WHERE a.agency_id = $1
AND a.owner_id = $1 AND a.wrapped IS NOT NULL AND a.retired_at < clock_timestamp() - interval '25 hours'
AND NOT EXISTS (SELECT FROM data_key k WHERE k.agency_id = $1 AND k.wrapped_by = a.key_id::text)
AND NOT EXISTS (SELECT FROM idempotency i WHERE i.agency_id = $1 AND i.key_id = a.key_id)"""
DESTROY = """UPDATE data_key SET wrapped = NULL, destroyed_at = clock_timestamp()
WHERE agency_id = $1 AND owner_id = $2 AND wrapped IS NOT NULL"""
TOMBSTONE = """INSERT INTO data_key (agency_id, owner_id, key_id, wrapped_by, destroyed_at)
VALUES ($1, $2, $3, '', clock_timestamp()) ON CONFLICT DO NOTHING"""
FORGET_ANSWERS = "DELETE FROM idempotency WHERE agency_id = $1 AND headers -> 'clients' ? $2::text"
TRIES = 3
AT_ONCE = 500
Key = tuple[UUID, bytes]


async def current(tx: "Transaction", owner: UUID) -> Key:
    """The key that seals for the owner now, made at first use. Raises Destroyed for good when it was destroyed."""
    if owner not in tx.keys:
        tx.keys[owner] = opened(tx, await found_or_made(tx, owner))
    return tx.keys[owner]


async def of_id(tx: "Transaction", owner: UUID, key_id: UUID) -> bytes:
    """A version of the owner's key, retired ones included."""
    if (known := tx.keys.get(owner)) and known[0] == key_id:
        return known[1]
    if key_id not in tx.keys:
        row = await tx._driver.fetchrow(OF_ID, tx.agency_id, owner, key_id)
        if row is None:
            raise Unavailable("The key of this record is not at hand.")
        tx.keys[key_id] = opened(tx, row)
    return tx.keys[key_id][1]


def opened(tx: "Transaction", row: Any) -> Key:
    if row["wrapped"] is None:
        raise Destroyed()
    if row["owner_id"] == tx.agency_id:
        return row["key_id"], tx.masters.open(row["wrapped"], place(tx, tx.agency_id))
    wrapper = tx.masters.open(row["wrapper"], place(tx, tx.agency_id))
    return row["key_id"], open_bytes(wrapper, row["wrapped"], place(tx, row["owner_id"]))


def place(tx: "Transaction", owner: UUID) -> bytes:
    return f"data_key|{owner}|{tx.agency_id}".encode()


async def found_or_made(tx: "Transaction", owner: UUID) -> Any:
    for _ in range(TRIES):
        row = await tx._driver.fetchrow(CURRENT, tx.agency_id, owner)
        if row is not None:
            return row
        await add(tx, owner)
    raise Unavailable("Keys are being rotated.")


async def add(tx: "Transaction", owner: UUID) -> None:
    """A fresh key for the owner, unless somebody was quicker or the agency's key was rotated meanwhile."""
    key_id, key = tx.new_key_id(), new_key()
    if owner == tx.agency_id:
        sealed = tx.masters.seal(key, place(tx, owner))
        await tx._driver.execute(ADD_AGENCY, tx.agency_id, key_id, sealed, tx.masters.name)
        return
    wrapper_id, wrapper = await current(tx, tx.agency_id)
    sealed = seal_bytes(wrapper, key, place(tx, owner))
    if await tx._driver.execute(ADD_OWNER, tx.agency_id, owner, key_id, sealed, wrapper_id) == "INSERT 0 0":
        tx.keys.pop(tx.agency_id)


# what an operator does


async def renew(tx: "Transaction", owner: UUID) -> bool:
    """A new version for an owner or the agency itself; the one before still opens. False when there was none."""
    if await tx._driver.execute(RETIRE, tx.agency_id, owner) != "UPDATE 1":
        return False
    tx.keys.clear()
    await current(tx, owner)
    return True


async def rewrap(tx: "Transaction") -> int:
    """Put some keys that an earlier version of the agency's key wraps under the present one. 0: none is left."""
    wrapper_id, wrapper = await current(tx, tx.agency_id)
    rows = await tx._driver.fetch(STALE, tx.agency_id, str(wrapper_id), AT_ONCE)
    for row in rows:
        key_id, key = opened(tx, row)
        sealed = seal_bytes(wrapper, key, place(tx, row["owner_id"]))
        await tx._driver.execute(REWRAP, tx.agency_id, key_id, sealed, str(wrapper_id))
    return len(rows)


async def rewrap_agency(tx: "Transaction") -> int:
    """Put every version of the agency's key under the present master key."""
    rows = await tx._driver.fetch(OTHER_MASTER, tx.agency_id, tx.masters.name)
    for row in rows:
        key_id, key = opened(tx, row)
        sealed = tx.masters.seal(key, place(tx, tx.agency_id))
        await tx._driver.execute(REWRAP, tx.agency_id, key_id, sealed, tx.masters.name)
    return len(rows)


async def forget_retired(tx: "Transaction") -> int:
    """Destroy versions of the agency's key that wrap and seal nothing any more."""
    return int((await tx._driver.execute(FORGET, tx.agency_id)).split()[-1])


async def destroy(tx: "Transaction", owner: UUID) -> int:
    """Every version of the owner's key, for good; no new one is ever made. What it sealed stays unreadable."""
    gone = int((await tx._driver.execute(DESTROY, tx.agency_id, owner)).split()[-1])
    await tx._driver.execute(TOMBSTONE, tx.agency_id, owner, tx.new_key_id())
    await tx._driver.execute(FORGET_ANSWERS, tx.agency_id, str(owner))
    tx.keys.clear()
    return gone
