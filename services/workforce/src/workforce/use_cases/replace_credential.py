from shared.auth import Principal
from shared.contracts.tasks import TaskClosed
from shared.contracts.workforce import CredentialRenewed
from shared.db import Transaction

from workforce import queries
from workforce.models import Credential
from workforce.rules.credentials import CredentialStatus


async def replace_credential(tx: Transaction, renewal: Credential, *, by: Principal) -> None:
    """Once its renewal is verified, the old credential ends as renewed, its clocks stop and its task closes."""
    if renewal.renews_id is None:
        return
    old = await queries.lock_credential(tx, renewal.renews_id)
    old.status = CredentialStatus.RENEWED
    await tx.save(old)
    await tx.stop_timers(subject=old.id)
    tx.audit("credential.replace", resource=old.id, by=by)
    tx.publish(
        CredentialRenewed(
            credential_id=old.id, clinician_id=old.clinician_id, renewal_id=renewal.id, expires_on=renewal.expires_on
        )
    )
    if old.renewal_task_id is not None:
        tx.publish(TaskClosed(task_id=old.renewal_task_id, reason="renewed", at=tx.now))
