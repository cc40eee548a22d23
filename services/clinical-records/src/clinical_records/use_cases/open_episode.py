from privacy import DataClass
from shared.auth import Principal
from shared.contracts.intake import EpisodeOpened
from shared.db import Transaction
from shared.errors import Early

from clinical_records import queries
from clinical_records.models import CareTeamMember, Episode
from clinical_records.rules.care_team import TeamRole
from clinical_records.rules.measures import INTAKE_WINDOW
from clinical_records.use_cases.change_membership import change_membership
from clinical_records.use_cases.find_labels import find_labels


async def open_episode(tx: Transaction, opened: EpisodeOpened, *, by: Principal) -> None:
    """An admission gives the client a primary clinician, and its answers before admission a place."""
    if not await queries.find_client(tx, opened.client_id):
        raise Early(f"client:{opened.client_id}")
    episode = await tx.add(Episode(
        id=opened.episode_id, client_id=opened.client_id, clinic_id=opened.clinic_id, program_id=opened.program_id,
        primary_clinician_id=opened.primary_clinician_id, opened_on=opened.opened_on, is_part2=opened.is_part2,
    ))  # fmt: skip
    row = await tx.add(CareTeamMember(
        id=tx.new_id("primary"), client_id=opened.client_id, episode_id=episode.id,
        member_id=opened.primary_clinician_id, role=TeamRole.PRIMARY_CLINICIAN, is_primary=True, since=tx.now,
        security_labels=await find_labels(tx, DataClass.CLINICAL, opened.client_id, episode.id),
    ))  # fmt: skip
    labels = await find_labels(tx, DataClass.MEASURES, opened.client_id, episode.id)
    await queries.attach_administrations(tx, opened.client_id, episode.id, tx.now - INTAKE_WINDOW, labels=labels)
    await change_membership(tx, row, by=by)
    tx.audit("episode.open", subject=opened.client_id, resource=episode.id, by=by)
    await tx.supply(f"episode:{episode.id}")
