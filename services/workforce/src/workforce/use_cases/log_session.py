from shared.auth import Principal
from shared.contracts.workforce import SupervisionLogged
from shared.db import Transaction

from workforce import queries
from workforce.errors import DayAhead, OutsideAssignment
from workforce.models import SupervisionSession
from workforce.rules.states import today_in
from workforce.rules.supervision import covers
from workforce.schemas import NewSupervisionSession


async def log_session(tx: Transaction, new: NewSupervisionSession, *, by: Principal) -> SupervisionSession:
    assignment = await queries.get_assignment(tx, new.assignment_id)
    if new.held_on > today_in(await queries.get_zone(tx), tx.now):
        raise DayAhead("A session is logged once it was held.", pointer="/held_on")
    if not covers(assignment.starts_on, assignment.ends_on, new.held_on):
        raise OutsideAssignment("The session lies outside the days of the supervision.")
    session = await tx.add(
        SupervisionSession(
            **new.model_dump(),
            supervisee_id=assignment.supervisee_id,
            supervisor_id=assignment.supervisor_id,
        )
    )
    tx.audit("supervision.log", resource=session.id, by=by)
    tx.publish(
        SupervisionLogged(
            session_id=session.id,
            assignment_id=assignment.id,
            supervisee_id=session.supervisee_id,
            supervisor_id=session.supervisor_id,
            kind=session.kind,
            minutes=session.minutes,
            held_on=session.held_on,
        )
    )
    return session
