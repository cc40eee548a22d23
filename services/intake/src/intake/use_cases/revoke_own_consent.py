from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from intake import queries
from intake.models import Consent
from intake.rules.consents import RevocationMethod
from intake.schemas.consents import ConsentRevocation
from intake.use_cases.act_for_client import act_for_client
from intake.use_cases.revoke_consent import revoke_consent


async def revoke_own_consent(tx: Transaction, consent_id: UUID, *, by: Principal) -> Consent:
    """In writing, by who signed it or by the client: the rules of every revocation hold."""
    consent = await queries.get_consent(tx, consent_id)
    signer = await act_for_client(tx, consent.client_id, by=by)
    said = ConsentRevocation(method=RevocationMethod.PORTAL, requested_by=signer.role)
    return await revoke_consent(tx, consent.id, revocation=said, by=by)
