from datetime import datetime

from shared.auth import Principal
from shared.contracts.clinical_records import RiskElevated
from shared.db import Transaction

from clinical_records import queries
from clinical_records.models import RiskAssessment
from clinical_records.rules.cssrs import ELEVATED, FOLLOW_UPS, FollowUp, RiskLevel, is_above
from clinical_records.rules.duties import DutyKind, end_of_day
from clinical_records.use_cases.open_duty import open_duty


async def escalate_risk(tx: Transaction, row: RiskAssessment, before: RiskLevel | None, *, by: Principal) -> None:
    """A moderate or high level opens what must follow; a rise above the level before is told to everyone."""
    if row.level not in ELEVATED:
        return
    tonight = end_of_day(tx.now, await queries.timezone(tx))
    if is_above(row.level, before):
        tx.publish(RiskElevated(assessment_id=row.id, client_id=row.client_id, level=row.level, due_at=tonight))
    episode = await queries.find_open_episode(tx, row.client_id)
    clinician = episode.primary_clinician_id if episode else row.author_id
    for follow_up in FOLLOW_UPS[row.level]:
        kind = DutyKind(follow_up.kind)
        if not await queries.lock_open_duties(tx, kind, row.id):
            await open_duty(
                tx, kind, subject_id=row.id, client_id=row.client_id, due_at=due(follow_up, tx.now, tonight),
                rule=follow_up.rule, role=follow_up.role, assignee_id=None if follow_up.role else clinician, by=by,
            )  # fmt: skip


def due(follow_up: FollowUp, now: datetime, tonight: datetime) -> datetime:
    return tonight if follow_up.within is None else now + follow_up.within
