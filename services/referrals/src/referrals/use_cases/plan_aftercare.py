from privacy import DataClass
from shared.auth import Principal
from shared.contracts.clinical_records import DischargeFinalized
from shared.contracts.referrals import AftercarePlanned
from shared.contracts.tasks import TaskOpened
from shared.db import Transaction
from shared.errors import Early

from referrals import queries
from referrals.models import AftercarePlan
from referrals.rules.aftercare import OWNER, RULE, AftercareStatus, due_at, needs_follow_up
from referrals.use_cases.find_labels import find_labels


async def plan_aftercare(tx: Transaction, told: DischargeFinalized, *, by: Principal) -> None:
    if not needs_follow_up(told.reason_code):
        return
    client = await queries.find_client(tx, told.client_id)
    if client is None:
        raise Early(f"client:{told.client_id}")
    plan = await tx.add(
        AftercarePlan(
            id=tx.new_id("aftercare"),
            client_id=told.client_id,
            clinic_id=client.clinic_id,
            episode_id=told.episode_id,
            discharge_id=told.discharge_id,
            task_id=tx.new_id("task"),
            status=AftercareStatus.PLANNED,
            due_at=due_at(tx.now),
            security_labels=await find_labels(tx, DataClass.CLINICAL, told.client_id, told.episode_id),
        )
    )
    tx.audit("aftercare.plan", subject=plan.client_id, resource=plan.id, by=by)
    tx.publish(AftercarePlanned(aftercare_id=plan.id, client_id=plan.client_id, episode_id=plan.episode_id))
    tx.publish(
        TaskOpened(
            task_id=plan.task_id,
            kind="aftercare_followup",
            subject_id=plan.id,
            client_id=plan.client_id,
            clinic_id=plan.clinic_id,
            role=OWNER,
            due_at=plan.due_at,
            rule=RULE,
        )
    )
