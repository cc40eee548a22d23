from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import MemberEnded
from clinical_records.models import CareTeamMember
from clinical_records.use_cases.change_membership import change_membership


async def end_membership(tx: Transaction, membership_id: UUID, *, by: Principal) -> CareTeamMember:
    """Someone leaves the care team. The primary clinician leaves only by a hand-over."""
    row = await queries.lock_member(tx, membership_id)
    if row.until is not None:
        raise MemberEnded()
    if row.is_primary:
        raise MemberEnded("An episode always has a primary clinician: add the next one, and this one ends.")
    row.until = tx.now
    await tx.save(row)
    await change_membership(tx, row, by=by)
    return row
