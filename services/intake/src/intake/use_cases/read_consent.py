from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from intake import queries
from intake.models import Consent


async def read_consent(tx: Transaction, consent_id: UUID, *, by: Principal) -> Consent:
    consent = await queries.get_consent(tx, consent_id)
    tx.audit("consent.read", subject=consent.client_id, resource=consent.id, by=by)
    return consent
