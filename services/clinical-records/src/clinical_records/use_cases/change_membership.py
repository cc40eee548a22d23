from shared.access import relate
from shared.auth import Principal
from shared.contracts.clinical_records import CareTeamChanged
from shared.db import Transaction

from clinical_records.models import CareTeamMember


async def change_membership(tx: Transaction, row: CareTeamMember, *, by: Principal) -> None:
    """A membership began or ends: so does the member's reach to the client's rows."""
    await relate(
        tx, staff_id=row.member_id, client_id=row.client_id, kind="care_team", since=row.since, until=row.until
    )
    tx.audit("care_team_member.write", subject=row.client_id, resource=row.id, by=by)
    tx.publish(CareTeamChanged(
        membership_id=row.id, client_id=row.client_id, member_id=row.member_id, role=row.role, since=row.since,
        until=row.until,
    ))  # fmt: skip
