from uuid import UUID

from shared import holds
from shared.auth import Principal
from shared.contracts.intake import LegalHoldReleased
from shared.db import Transaction

from intake import queries
from intake.errors import HoldReleased
from intake.models import LegalHold
from intake.rules.holds import NEXT, HoldStatus


async def release_legal_hold(tx: Transaction, hold_id: UUID, *, by: Principal) -> LegalHold:
    hold = await queries.lock_hold(tx, hold_id)
    if HoldStatus.RELEASED not in NEXT[hold.status]:
        raise HoldReleased("It stands no longer.")
    hold.status, hold.released_by, hold.released_at = HoldStatus.RELEASED, by.id, tx.now
    await tx.save(hold)
    await holds.release(tx, hold.id)
    tx.audit("legal_hold.release", subject=hold.client_id, resource=hold.id, by=by)
    tx.publish(LegalHoldReleased(hold_id=hold.id, client_id=hold.client_id, released_at=tx.now))
    return hold
