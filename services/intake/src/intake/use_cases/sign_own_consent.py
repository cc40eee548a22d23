from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from intake import queries
from intake.models import Consent
from intake.rules.consents import SigningMethod
from intake.schemas.consents import ConsentSignature
from intake.use_cases.act_for_client import sign_for_client
from intake.use_cases.sign_consent import sign_consent


async def sign_own_consent(tx: Transaction, consent_id: UUID, *, by: Principal) -> Consent:
    """Signed as the one whom the account stands for: nobody says here who signs."""
    consent = await queries.get_consent(tx, consent_id)
    signer = await sign_for_client(tx, consent.client_id, by=by)
    return await sign_consent(
        tx, consent.id, signature=ConsentSignature(signer=signer, method=SigningMethod.E_SIGN), by=by
    )
