from uuid import UUID

from shared.auth import Principal
from shared.contracts.tasks import TaskOpened
from shared.contracts.workforce import CredentialExpiring
from shared.db import Transaction

from workforce import queries
from workforce.rules.credentials import LIVE, RENEWAL_RULE, CredentialStatus, days_left, expires_at


async def warn_of_expiry(tx: Transaction, credential_id: UUID, *, by: Principal) -> None:
    """Each alert is told; the holder gets one task for all of them."""
    credential = await queries.lock_credential(tx, credential_id)
    if credential.status not in LIVE:
        return
    credential.status = CredentialStatus.EXPIRING
    if credential.renewal_task_id is None:
        credential.renewal_task_id = tx.new_id("task")
        tx.publish(
            TaskOpened(
                task_id=credential.renewal_task_id,
                kind="credential_renewal",
                subject_id=credential.id,
                assignee_id=credential.clinician_id,
                due_at=expires_at(credential.expires_on, credential.state),
                rule=RENEWAL_RULE,
            )
        )
    await tx.save(credential)
    tx.audit("credential.warn", resource=credential.id, by=by)
    tx.publish(
        CredentialExpiring(
            credential_id=credential.id,
            clinician_id=credential.clinician_id,
            expires_on=credential.expires_on,
            days_left=days_left(credential.expires_on, credential.state, tx.now),
        )
    )
