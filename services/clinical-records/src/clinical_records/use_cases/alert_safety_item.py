from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.models import MeasureAdministration
from clinical_records.rules.duties import DutyKind, end_of_day
from clinical_records.use_cases.open_duty import open_duty


async def alert_safety_item(tx: Transaction, measure: MeasureAdministration, *, by: Principal) -> None:
    """A positive safety item asks for a suicide risk screen the same day, whatever the total."""
    if not measure.item_alert:
        return
    episode = await queries.find_open_episode(tx, measure.client_id)
    clinician = episode.primary_clinician_id if episode else None
    await open_duty(
        tx,
        DutyKind.CSSRS_SCREEN,
        subject_id=measure.id,
        client_id=measure.client_id,
        due_at=end_of_day(tx.now, await queries.timezone(tx)),
        rule=f"{measure.instrument}.safety_item",
        assignee_id=clinician,
        role=None if clinician else "therapist",
        by=by,
    )
