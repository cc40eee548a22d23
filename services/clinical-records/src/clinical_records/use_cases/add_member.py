from privacy import DataClass
from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import EpisodeNotOpen
from clinical_records.models import CareTeamMember
from clinical_records.schemas.care_team import NewMember
from clinical_records.use_cases.change_membership import change_membership
from clinical_records.use_cases.find_labels import find_labels


async def add_member(tx: Transaction, new: NewMember, *, by: Principal) -> CareTeamMember:
    """Bring someone into the care team. A new primary clinician takes over from the one before."""
    episode = await queries.get_episode(tx, new.episode_id)
    if episode.client_id != new.client_id or episode.closed_on:
        raise EpisodeNotOpen()
    before = await queries.lock_primary(tx, episode.id) if new.is_primary else None
    if before:
        before.until = tx.now
        await tx.save(before)
        await change_membership(tx, before, by=by)
    row = await tx.add(CareTeamMember(
        client_id=new.client_id, episode_id=episode.id, member_id=new.member_id, role=new.role,
        is_primary=new.is_primary, since=tx.now,
        security_labels=await find_labels(tx, DataClass.CLINICAL, new.client_id, episode.id),
    ))  # fmt: skip
    if new.is_primary:
        episode.primary_clinician_id = new.member_id
        await tx.save(episode)
    await change_membership(tx, row, by=by)
    return row
