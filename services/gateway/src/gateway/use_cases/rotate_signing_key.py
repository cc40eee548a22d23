from shared.auth import Principal
from shared.clock import real_now
from shared.db import Transaction

from gateway import queries
from gateway.errors import NextKeyThere
from gateway.models import SigningKey
from gateway.rules.keys import KeyStatus, signs_from
from gateway.use_cases.open_signing_key import new_key


async def rotate_signing_key(tx: Transaction, *, cache_seconds: float, by: Principal) -> SigningKey:
    """Publish the next key. It signs once every verifier has it; the gateway turns them over by itself."""
    await queries.lock_signing_keys(tx)
    if there := await queries.find_next_key(tx):
        raise NextKeyThere(f"It signs from {there.signs_from:%Y-%m-%d %H:%M:%S} UTC on; rotate again after that.")
    key = await tx.add(new_key(tx.master_key, signs_from(real_now(), cache_seconds), KeyStatus.NEXT))
    tx.audit("signing_key.rotate", resource=key.id, by=by)
    return key
