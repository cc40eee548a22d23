from privacy import DataClass
from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import DischargeExists, EpisodeNotOpen, SectionUnknown
from clinical_records.models import Discharge
from clinical_records.rules.discharges import DischargeStatus, unknown_sections
from clinical_records.schemas.discharges import DischargeOut, NewDischarge
from clinical_records.use_cases.find_labels import find_labels
from clinical_records.use_cases.open_discharge import open_discharge
from clinical_records.use_cases.seal_content import seal_content


async def draft_discharge(tx: Transaction, new: NewDischarge, *, by: Principal) -> DischargeOut:
    """Begin the discharge summary of an episode."""
    episode = await queries.get_episode(tx, new.episode_id)
    if episode.closed_on:
        raise EpisodeNotOpen("The episode is closed.")
    if await queries.find_discharge_of(tx, episode.id):
        raise DischargeExists()
    for section in unknown_sections(new.summary):
        raise SectionUnknown(pointer=f"/summary/{section}")
    row = Discharge(
        client_id=episode.client_id, episode_id=episode.id, author_id=by.id, status=DischargeStatus.DRAFT,
        reason_code=new.reason_code, discharged_on=new.discharged_on, risk_level=new.risk_level,
        goals=[goal.model_dump(mode="json") for goal in new.goals],
        security_labels=await find_labels(tx, DataClass.CLINICAL, episode.client_id, episode.id),
    )  # fmt: skip
    await seal_content(tx, row, new.summary)
    await tx.add(row)
    tx.audit("discharge.draft", subject=row.client_id, resource=row.id, by=by)
    return await open_discharge(tx, row)
