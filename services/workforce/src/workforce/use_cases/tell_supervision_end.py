from shared.contracts.workforce import SupervisionEnded
from shared.db import Transaction

from workforce.models import SupervisionAssignment
from workforce.rules.supervision import AssignmentStatus


def tell_supervision_end(tx: Transaction, assignment: SupervisionAssignment) -> None:
    """Once its last day is over. An assignment without a last day never ends."""
    if assignment.status is AssignmentStatus.ENDED and assignment.ends_on is not None:
        tx.publish(
            SupervisionEnded(
                assignment_id=assignment.id,
                supervisee_id=assignment.supervisee_id,
                supervisor_id=assignment.supervisor_id,
                ends_on=assignment.ends_on,
            )
        )
