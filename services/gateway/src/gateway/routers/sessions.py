from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from shared.clock import real_now
from shared.edge import EdgeRoute, Tx
from shared.pagination import Page, Paging

from gateway import queries
from gateway.models import SignInSession
from gateway.routers.sign_in import office_of
from gateway.schemas.sessions import PasswordChange, SessionOut
from gateway.scopes import CanReadSessions, CanWriteSessions
from gateway.use_cases.change_password import change_password
from gateway.use_cases.end_own_session import end_own_session, sign_out
from gateway.use_cases.issue_token import Office

router = APIRouter(prefix="/v1/me", tags=["me"], route_class=EdgeRoute)
OfOffice = Annotated[Office, Depends(office_of)]


@router.get("/sessions", response_model=Page[SessionOut])
async def list_my_sessions(tx: Tx, by: CanReadSessions, page: Paging) -> Page[SignInSession]:
    """List where I am signed in."""
    tx.audit("session.list", resource=by.id, by=by)
    return await queries.list_open_sessions(tx, by.id, real_now(), page)


@router.delete("/sessions/{session_id}", status_code=204)
async def delete_my_session(session_id: UUID, tx: Tx, by: CanWriteSessions) -> None:
    """End one of my sessions: its refresh token is not taken any more."""
    await end_own_session(tx, session_id, by=by)


@router.post("/sign-out", status_code=204)
async def post_sign_out(tx: Tx, by: CanWriteSessions) -> None:
    """Sign out of every program on every device."""
    await sign_out(tx, by=by)


@router.post("/password", status_code=204)
async def post_password(change: PasswordChange, tx: Tx, office: OfOffice, by: CanWriteSessions) -> None:
    """Change my password; every session ends."""
    await change_password(tx, office, change, by=by)
