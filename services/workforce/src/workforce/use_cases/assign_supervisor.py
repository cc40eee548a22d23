from datetime import timedelta

from shared.auth import Principal
from shared.db import Transaction

from workforce import queries
from workforce.errors import DatesReversed, OwnSupervisor, SupervisorNotIndependent
from workforce.models import SupervisionAssignment
from workforce.rules.states import begins, today_in
from workforce.rules.supervision import status_on
from workforce.schemas import NewSupervisionAssignment
from workforce.use_cases.tell_supervision import tell_supervision


async def assign_supervisor(tx: Transaction, new: NewSupervisionAssignment, *, by: Principal) -> SupervisionAssignment:
    await queries.get_clinician(tx, new.supervisee_id)
    supervisor = await queries.get_clinician(tx, new.supervisor_id)
    if supervisor.id == new.supervisee_id:
        raise OwnSupervisor("Name another person as supervisor.", pointer="/supervisor_id")
    if new.ends_on is not None and new.ends_on < new.starts_on:
        raise DatesReversed("The last day lies before the first.", pointer="/ends_on")
    if not supervisor.can_sign_independently:
        raise SupervisorNotIndependent("A supervisor needs a verified credential to practise independently.")
    zone = await queries.get_zone(tx)
    status = status_on(new.starts_on, new.ends_on, today_in(zone, tx.now))
    assignment = await tx.add(SupervisionAssignment(**new.model_dump(), status=status))
    await tx.start_timer("supervision_day", subject=assignment.id, due_at=begins(new.starts_on, zone), key="first")
    if new.ends_on is not None:
        over = begins(new.ends_on + timedelta(days=1), zone)
        await tx.start_timer("supervision_day", subject=assignment.id, due_at=over, key="over")
    tx.audit("supervision.assign", resource=assignment.id, by=by)
    tell_supervision(tx, assignment)
    return assignment
