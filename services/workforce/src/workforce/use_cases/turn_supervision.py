from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from workforce import queries
from workforce.rules.states import today_in
from workforce.rules.supervision import NEXT, status_on
from workforce.use_cases.tell_supervision_end import tell_supervision_end


async def turn_supervision(tx: Transaction, assignment_id: UUID, *, by: Principal) -> None:
    """A first or a last day has come: the assignment begins or ends."""
    assignment = await queries.lock_any_assignment(tx, assignment_id)
    today = today_in(await queries.get_zone(tx), tx.now)
    status = status_on(assignment.starts_on, assignment.ends_on, today)
    if status not in NEXT[assignment.status]:
        return
    assignment.status = status
    await tx.save(assignment)
    tx.audit("supervision.turn", resource=assignment.id, by=by)
    tell_supervision_end(tx, assignment)
