from uuid import UUID

from shared.auth import Principal
from shared.contracts.workforce import CredentialExpired
from shared.db import Transaction

from workforce import queries
from workforce.rules.credentials import NEXT, CredentialStatus
from workforce.use_cases.weigh_clinician import weigh_clinician


async def expire_credential(tx: Transaction, credential_id: UUID, *, by: Principal) -> None:
    credential = await queries.lock_credential(tx, credential_id)
    if CredentialStatus.EXPIRED not in NEXT[credential.status]:
        return
    credential.status = CredentialStatus.EXPIRED
    await tx.save(credential)
    tx.audit("credential.expire", resource=credential.id, by=by)
    tx.publish(
        CredentialExpired(
            credential_id=credential.id,
            clinician_id=credential.clinician_id,
            expired_on=credential.expires_on,
        )
    )
    await weigh_clinician(tx, credential.clinician_id, by=by)
