from uuid import UUID

from shared.auth import Principal
from shared.contracts.tasks import TaskOpened
from shared.db import Transaction

from authorizations import queries
from authorizations.models import Duty
from authorizations.rules.tasks import DUTIES


async def open_task(tx: Transaction, kind: str, *, subject_id: UUID, client_id: UUID, by: Principal) -> None:
    """One open task of a kind per subject; a second reason for the same work opens no second one."""
    duty = Duty(id=tx.new_id(f"duty:{kind}"), kind=kind, subject_id=subject_id, client_id=client_id)
    if not await queries.keep_duty(tx, duty):
        return
    wanted, about = DUTIES[kind], {"kind": kind, "subject_id": subject_id, "client_id": client_id}
    tx.audit("task.open", subject=client_id, resource=duty.id, by=by)
    tx.publish(TaskOpened(task_id=duty.id, **about, role=wanted.role, due_at=tx.now + wanted.within, rule=wanted.rule))
