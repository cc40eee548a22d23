from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import Tx, leaving
from shared.pagination import Page, Paging

from authorizations.models import Authorization, UnitEntry
from authorizations.rules.authorizations import AuthorizationStatus
from authorizations.schemas import AuthorizationOut, ClockAnswer, ClockQuestion, UnitEntryOut
from authorizations.scopes import CanReadAuthorizations
from authorizations.use_cases.browse_authorizations import browse_authorizations
from authorizations.use_cases.read_authorization import read_authorization
from authorizations.use_cases.read_ledger import read_ledger
from authorizations.use_cases.read_payer_clock import read_payer_clock

router = APIRouter(prefix="/v1/authorizations", tags=["authorizations"], route_class=leaving(DataClass.BILLING))


@router.post("/clock", response_model=ClockAnswer)
async def post_authorization_clock(asked: ClockQuestion, tx: Tx, by: CanReadAuthorizations) -> ClockAnswer:
    """Try when a payer's answer would be due. Nothing is recorded."""
    return await read_payer_clock(asked, by=by)


@router.get("", response_model=Page[AuthorizationOut])
async def list_authorizations(
    tx: Tx,
    by: CanReadAuthorizations,
    page: Paging,
    client_id: UUID | None = None,
    status: AuthorizationStatus | None = None,
) -> Page[Authorization]:
    """List authorizations with their balances."""
    return await browse_authorizations(tx, page, client_id=client_id, status=status, by=by)


@router.get("/{authorization_id}", response_model=AuthorizationOut)
async def get_authorization(authorization_id: UUID, tx: Tx, by: CanReadAuthorizations) -> Authorization:
    """Read one authorization with its balance."""
    return await read_authorization(tx, authorization_id, by=by)


@router.get("/{authorization_id}/ledger", response_model=Page[UnitEntryOut])
async def list_ledger(authorization_id: UUID, tx: Tx, by: CanReadAuthorizations, page: Paging) -> Page[UnitEntry]:
    """List every movement of an authorization's units, oldest first."""
    return await read_ledger(tx, authorization_id, page=page, by=by)
