from uuid import UUID

from shared.auth import Principal
from shared.contracts.intake import ConsentRevoked
from shared.db import Transaction

from intake import queries
from intake.errors import ConsentNotOpen, RevocationNotSo
from intake.models import Consent
from intake.rules.consents import NEXT, ConsentStatus, why_not_revoked
from intake.rules.disclosures import OUTLAST
from intake.schemas.consents import ConsentRevocation


async def revoke_consent(tx: Transaction, consent_id: UUID, *, revocation: ConsentRevocation, by: Principal) -> Consent:
    """From the acknowledgement of this on nothing leaves by this consent; what left before stays as it was."""
    consent = await queries.lock_consent(tx, consent_id)
    if ConsentStatus.REVOKED not in NEXT[consent.status]:
        raise ConsentNotOpen(f"The consent is {consent.status}; only an active one is revoked.")
    refuse_wrong_way(consent, revocation)
    consent.status, consent.ended_at = ConsentStatus.REVOKED, tx.now
    consent.revocation = {**revocation.model_dump(mode="json"), "recorded_by": str(by.id)}
    await tx.save(consent)
    await tx.stop_timers(subject=consent.id)
    tx.outlast_permits(OUTLAST)
    tx.audit("consent.revoke", subject=consent.client_id, resource=consent.id, consent_id=consent.id, by=by)
    tx.publish(
        ConsentRevoked(consent_id=consent.id, client_id=consent.client_id, type=consent.type, effective_at=tx.now)
    )
    return consent


def refuse_wrong_way(consent: Consent, revocation: ConsentRevocation) -> None:
    why = why_not_revoked(consent.type, revocation.method, revocation.requested_by, consent.signer_role)
    if why is not None:
        raise RevocationNotSo(why, pointer="/method")
