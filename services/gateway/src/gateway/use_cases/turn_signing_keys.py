from datetime import datetime

from shared.auth import Principal
from shared.clock import real_now
from shared.db import PLATFORM, Transaction

from gateway import queries
from gateway.rules.keys import KeyStatus, is_published
from gateway.use_cases.issue_token import Office
from gateway.use_cases.open_signing_key import opened


async def turn_signing_keys(tx: Transaction, now: datetime) -> None:
    """The next key signs, and the one before only verifies, once the time has come. Any process does it, one does."""
    active, follower = await queries.lock_signing_keys(tx), await queries.find_next_key(tx)
    if active is None or follower is None or follower.signs_from > now:
        return
    active.status, active.retired_at = KeyStatus.RETIRED, now
    await tx.save(active)
    follower.status, follower.active_at = KeyStatus.ACTIVE, now
    await tx.save(follower)
    tx.audit("signing_key.turn", resource=follower.id, by=tx.by)


async def follow_signing_keys(office: Office) -> None:
    """What this process signs with and verifies by, as the table says now."""
    now = real_now()
    async with office.database.transaction(Principal.system("gateway", agency_id=PLATFORM)) as tx:
        keys = await queries.list_signing_keys(tx)
        if any(key.status == KeyStatus.NEXT and key.signs_from <= now for key in keys):
            await turn_signing_keys(tx, now)
            keys = await queries.list_signing_keys(tx)
    active = next(key for key in keys if key.status == KeyStatus.ACTIVE)
    if office.signer is None or office.signer.kid != active.kid:
        office.signer = opened(office.database.masters, active)
    good = {key.kid: key.public_jwk for key in keys if is_published(key, now)}
    if office.published != good.keys():
        office.published = frozenset(good)
        office.verifier.load({"keys": list(good.values())})
