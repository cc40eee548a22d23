from uuid import UUID

from shared.auth import Principal
from shared.contracts import intake as told
from shared.db import Transaction

from intake import queries
from intake.errors import GuardianshipEnded
from intake.models import Guardianship
from intake.rules.disclosures import OUTLAST


async def end_guardianship(tx: Transaction, client_id: UUID, *, guardianship_id: UUID, by: Principal) -> Guardianship:
    """From the acknowledgement of this on the account is told nothing of the client."""
    row = await queries.lock_guardianship(tx, client_id, guardianship_id)
    if row.ended_at is not None:
        raise GuardianshipEnded("Nobody acts by it any more.")
    row.ended_at = tx.now
    tx.outlast_permits(OUTLAST)
    tx.audit("guardianship.end", subject=client_id, resource=row.id, by=by)
    tx.publish(told.GuardianshipEnded(guardianship_id=row.id, client_id=client_id, guardian_id=row.guardian_id))
    return await tx.save(row)
