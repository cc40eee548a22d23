from datetime import date, timedelta
from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from workforce import queries
from workforce.errors import AssignmentOver, DatesReversed
from workforce.models import SupervisionAssignment
from workforce.rules.states import begins, today_in
from workforce.rules.supervision import NEXT, AssignmentStatus, status_on
from workforce.use_cases.tell_supervision import tell_supervision


async def end_supervision(
    tx: Transaction,
    assignment_id: UUID,
    *,
    ends_on: date,
    by: Principal,
) -> SupervisionAssignment:
    assignment = await queries.lock_assignment(tx, assignment_id)
    if AssignmentStatus.ENDED not in NEXT[assignment.status]:
        raise AssignmentOver(f"The supervision is {assignment.status}; its last day stands.")
    if ends_on < assignment.starts_on:
        raise DatesReversed("The last day lies before the first.", pointer="/ends_on")
    zone = await queries.get_zone(tx)
    assignment.ends_on = ends_on
    assignment.status = status_on(assignment.starts_on, ends_on, today_in(zone, tx.now))
    await tx.save(assignment)
    over = begins(ends_on + timedelta(days=1), zone)
    await tx.start_timer("supervision_day", subject=assignment.id, due_at=over, key="over")
    tx.audit("supervision.end", resource=assignment.id, by=by)
    tell_supervision(tx, assignment)
    return assignment
