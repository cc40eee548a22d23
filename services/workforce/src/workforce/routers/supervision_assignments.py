from uuid import UUID

from fastapi import APIRouter
from shared.edge import EdgeRoute, Tx
from shared.pagination import Page, Paging

from workforce import queries
from workforce.models import SupervisionAssignment
from workforce.schemas import NewSupervisionAssignment, SupervisionAssignmentOut, SupervisionEnding
from workforce.scopes import CanReadClinicians, CanWriteSupervision
from workforce.use_cases.assign_supervisor import assign_supervisor
from workforce.use_cases.end_supervision import end_supervision

router = APIRouter(prefix="/v1/supervision-assignments", tags=["supervision"], route_class=EdgeRoute)


@router.post("", response_model=SupervisionAssignmentOut, status_code=201)
async def post_supervision_assignment(
    new: NewSupervisionAssignment,
    tx: Tx,
    by: CanWriteSupervision,
) -> SupervisionAssignment:
    """Assign a supervisor, who must practise independently, to a clinician."""
    return await assign_supervisor(tx, new, by=by)


@router.get("", response_model=Page[SupervisionAssignmentOut])
async def list_supervision_assignments(
    tx: Tx,
    by: CanReadClinicians,
    page: Paging,
    supervisee_id: UUID | None = None,
    supervisor_id: UUID | None = None,
) -> Page[SupervisionAssignment]:
    """List one's own supervisions, or all for who oversees."""
    return await queries.list_assignments(tx, page, supervisee_id=supervisee_id, supervisor_id=supervisor_id)


@router.get("/{assignment_id}", response_model=SupervisionAssignmentOut)
async def get_supervision_assignment(assignment_id: UUID, tx: Tx, by: CanReadClinicians) -> SupervisionAssignment:
    """Read one supervision."""
    return await queries.get_assignment(tx, assignment_id)


@router.post("/{assignment_id}/ending", response_model=SupervisionAssignmentOut)
async def post_supervision_ending(
    assignment_id: UUID,
    ending: SupervisionEnding,
    tx: Tx,
    by: CanWriteSupervision,
) -> SupervisionAssignment:
    """Set the last day of a supervision."""
    return await end_supervision(tx, assignment_id, ends_on=ending.ends_on, by=by)
