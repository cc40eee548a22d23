from shared.auth import Principal
from shared.db import Transaction

from intake import queries
from intake.models import Consent
from intake.schemas import NewConsent
from intake.use_cases.check_consent import content_of


async def draft_consent(tx: Transaction, new: NewConsent, *, by: Principal) -> Consent:
    client = await queries.get_client(tx, new.client_id)
    consent = Consent(**content_of(new), id=tx.new_id("consent"), client_id=client.id, collected_by=by.id)
    tx.audit("consent.draft", subject=client.id, resource=consent.id, by=by)
    return await tx.add(consent)
