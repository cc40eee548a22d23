from uuid import UUID

from fastapi import APIRouter
from shared.edge import EdgeRoute, Tx
from shared.pagination import Page, Paging

from workforce import queries
from workforce.models import SupervisionSession
from workforce.schemas import NewSupervisionSession, SupervisionSessionOut
from workforce.scopes import CanReadClinicians, CanWriteSupervision
from workforce.use_cases.log_session import log_session
from workforce.use_cases.sign_session import sign_session

router = APIRouter(prefix="/v1/supervision-sessions", tags=["supervision"], route_class=EdgeRoute)


@router.post("", response_model=SupervisionSessionOut, status_code=201)
async def post_supervision_session(new: NewSupervisionSession, tx: Tx, by: CanWriteSupervision) -> SupervisionSession:
    """Log a supervision session that was held."""
    return await log_session(tx, new, by=by)


@router.get("", response_model=Page[SupervisionSessionOut])
async def list_supervision_sessions(
    tx: Tx,
    by: CanReadClinicians,
    page: Paging,
    assignment_id: UUID | None = None,
) -> Page[SupervisionSession]:
    """List logged sessions, one's own or all for who oversees."""
    return await queries.list_sessions(tx, page, assignment_id=assignment_id)


@router.post("/{session_id}/signature", response_model=SupervisionSessionOut)
async def post_session_signature(session_id: UUID, tx: Tx, by: CanWriteSupervision) -> SupervisionSession:
    """Sign a session as its supervisor or supervisee."""
    return await sign_session(tx, session_id, by=by)
