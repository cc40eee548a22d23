from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from intake import queries
from intake.models import Consent
from intake.use_cases.act_for_client import sign_for_client
from intake.use_cases.decline_consent import decline_consent


async def decline_own_consent(tx: Transaction, consent_id: UUID, *, by: Principal) -> Consent:
    consent = await queries.get_consent(tx, consent_id)
    await sign_for_client(tx, consent.client_id, by=by)
    return await decline_consent(tx, consent.id, by=by)
