from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.rules.duties import DutyKind, end_of_day
from clinical_records.use_cases.open_duty import open_duty


async def call_for_measure(tx: Transaction, administration_id: UUID, *, by: Principal) -> None:
    """Four weeks after a score the next one is due, while the client is in care."""
    last = await queries.get_administration(tx, administration_id)
    episode = await queries.find_open_episode(tx, last.client_id)
    if episode is None:
        return
    await open_duty(
        tx,
        DutyKind.MEASURE_DUE,
        subject_id=last.id,
        client_id=last.client_id,
        due_at=end_of_day(tx.now, await queries.timezone(tx)),
        rule=f"{last.instrument}.every_4_weeks",
        assignee_id=episode.primary_clinician_id,
        by=by,
    )
