from uuid import UUID

from shared.auth import Principal
from shared.contracts.workforce import CredentialVerified
from shared.db import Transaction

from workforce import queries
from workforce.errors import CredentialNotPending, CredentialOver, OwnCredential
from workforce.models import Credential
from workforce.rules.credentials import NEXT, CredentialStatus, VerificationSource, is_over
from workforce.use_cases.replace_credential import replace_credential
from workforce.use_cases.watch_credential import watch_credential
from workforce.use_cases.weigh_clinician import weigh_clinician


async def verify_credential(
    tx: Transaction,
    credential_id: UUID,
    *,
    source: VerificationSource,
    by: Principal,
) -> Credential:
    credential = await queries.lock_credential(tx, credential_id)
    refuse_unverifiable(tx, credential, by)
    credential.status, credential.source = CredentialStatus.VERIFIED, source
    credential.verified_at, credential.verified_by = tx.now, by.id
    await tx.save(credential)
    await watch_credential(tx, credential)
    await replace_credential(tx, credential, by=by)
    tx.audit("credential.verify", resource=credential.id, by=by)
    tx.publish(
        CredentialVerified(
            credential_id=credential.id,
            clinician_id=credential.clinician_id,
            type=credential.type,
            state=credential.state,
            issued_on=credential.issued_on,
            expires_on=credential.expires_on,
        )
    )
    await weigh_clinician(tx, credential.clinician_id, by=by)
    return credential


def refuse_unverifiable(tx: Transaction, credential: Credential, by: Principal) -> None:
    if credential.clinician_id == by.id:
        raise OwnCredential()
    if CredentialStatus.VERIFIED not in NEXT[credential.status]:
        raise CredentialNotPending(f"The credential is {credential.status}; only a pending one can be verified.")
    if is_over(credential.expires_on, credential.state, tx.now):
        raise CredentialOver("The credential has expired: enter its renewal instead.")
