from uuid import UUID

from shared.auth import Principal
from shared.contracts.tasks import TaskClosed
from shared.db import Transaction

from workforce import queries
from workforce.rules.credentials import CredentialStatus


async def replace_credential(tx: Transaction, renewed_id: UUID | None, *, by: Principal) -> None:
    """Once its renewal is verified, the old credential ends as renewed, its clocks stop and its task closes."""
    if renewed_id is None:
        return
    old = await queries.lock_credential(tx, renewed_id)
    old.status = CredentialStatus.RENEWED
    await tx.save(old)
    await tx.stop_timers(subject=old.id)
    tx.audit("credential.replace", resource=old.id, by=by)
    if old.renewal_task_id is not None:
        tx.publish(TaskClosed(task_id=old.renewal_task_id, reason="renewed", at=tx.now))
