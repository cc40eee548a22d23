from shared.contracts.workforce import SupervisionAssigned
from shared.db import Transaction

from workforce.models import SupervisionAssignment
from workforce.use_cases.tell_supervision_end import tell_supervision_end


def tell_supervision(tx: Transaction, assignment: SupervisionAssignment) -> None:
    tx.publish(
        SupervisionAssigned(
            assignment_id=assignment.id,
            supervisee_id=assignment.supervisee_id,
            supervisor_id=assignment.supervisor_id,
            starts_on=assignment.starts_on,
            ends_on=assignment.ends_on,
        )
    )
    tell_supervision_end(tx, assignment)
