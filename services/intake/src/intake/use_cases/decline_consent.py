from uuid import UUID

from shared.auth import Principal
from shared.contracts.intake import NppAcknowledged
from shared.db import Transaction

from intake import queries
from intake.errors import ConsentNotOpen
from intake.models import Consent
from intake.rules.consents import NEXT, ConsentStatus, ConsentType


async def decline_consent(tx: Transaction, consent_id: UUID, *, by: Principal) -> Consent:
    """A refusal is recorded. To refuse the privacy notice's acknowledgement blocks no care."""
    consent = await queries.lock_consent(tx, consent_id)
    if ConsentStatus.DECLINED not in NEXT[consent.status]:
        raise ConsentNotOpen(f"The consent is {consent.status}; only a draft is declined.")
    consent.status, consent.declined_at, consent.collected_by = ConsentStatus.DECLINED, tx.now, by.id
    await tx.save(consent)
    tx.audit("consent.decline", subject=consent.client_id, resource=consent.id, by=by)
    if consent.type is ConsentType.NPP_ACKNOWLEDGEMENT:
        tx.publish(
            NppAcknowledged(
                consent_id=consent.id, client_id=consent.client_id, form_version=consent.form_version, is_refused=True
            )
        )
    return consent
