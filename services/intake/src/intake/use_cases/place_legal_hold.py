from privacy import DataClass
from shared import holds
from shared.auth import Principal
from shared.contracts.intake import LegalHoldPlaced
from shared.db import Transaction

from intake import queries
from intake.models import LegalHold
from intake.schemas.legal_holds import NewLegalHold
from intake.use_cases.find_labels import find_labels


async def place_legal_hold(tx: Transaction, new: NewLegalHold, *, by: Principal) -> LegalHold:
    """From the acknowledgement of this on nothing of the client, or of the agency, is purged or destroyed."""
    await queries.lock_holds(tx)
    if new.client_id is not None:
        await queries.get_client(tx, new.client_id)
    labels = await find_labels(tx, DataClass.DEMOGRAPHICS, new.client_id, None)
    hold = await tx.add(LegalHold(
        **new.model_dump(), id=tx.new_id("hold"), placed_by=by.id, placed_at=tx.now, security_labels=labels
    ))  # fmt: skip
    await holds.place(tx, hold.id, hold.client_id)
    tx.audit("legal_hold.place", subject=hold.client_id, resource=hold.id, code=hold.reason, by=by)
    tx.publish(LegalHoldPlaced(hold_id=hold.id, client_id=hold.client_id, placed_at=tx.now))
    return hold
