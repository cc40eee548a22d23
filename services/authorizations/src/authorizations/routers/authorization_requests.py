from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import NEEDS_KEY, Tx, leaving
from shared.pagination import Page, Paging

from authorizations.models import AuthorizationRequest
from authorizations.rules.requests import RequestStatus
from authorizations.schemas import AuthorizationRequestOut, ManualDecision, NewAuthorizationRequest
from authorizations.scopes import CanReadAuthorizations, CanWriteAuthorizations
from authorizations.use_cases.ask_payer import ask_payer
from authorizations.use_cases.browse_requests import browse_requests
from authorizations.use_cases.cancel_request import cancel_request
from authorizations.use_cases.decide_manually import decide_manually
from authorizations.use_cases.draft_request import draft_request
from authorizations.use_cases.read_request import read_request
from authorizations.use_cases.submit_request import submit_request

router = APIRouter(
    prefix="/v1/authorization-requests", tags=["authorization requests"], route_class=leaving(DataClass.BILLING)
)


@router.post("", response_model=AuthorizationRequestOut, status_code=201)
async def post_authorization_request(
    new: NewAuthorizationRequest, tx: Tx, by: CanWriteAuthorizations
) -> AuthorizationRequest:
    """Draft a request for units of a service."""
    return await draft_request(tx, new, by=by)


@router.post(
    "/{request_id}/submission", response_model=AuthorizationRequestOut, status_code=201, openapi_extra=NEEDS_KEY
)
async def post_authorization_request_submission(
    request_id: UUID, tx: Tx, by: CanWriteAuthorizations
) -> AuthorizationRequest:
    """Submit a draft to the payer; its clock begins."""
    return await submit_request(tx, request_id, by=by)


@router.post("/{request_id}/decision", response_model=AuthorizationRequestOut, status_code=201, openapi_extra=NEEDS_KEY)
async def post_authorization_request_decision(
    request_id: UUID, said: ManualDecision, tx: Tx, by: CanWriteAuthorizations
) -> AuthorizationRequest:
    """Record the payer's decision as its portal, letter or telephone gave it."""
    return await decide_manually(tx, request_id, said, by=by)


@router.post("/{request_id}/inquiry", response_model=AuthorizationRequestOut, status_code=202, openapi_extra=NEEDS_KEY)
async def post_authorization_request_inquiry(
    request_id: UUID, tx: Tx, by: CanWriteAuthorizations
) -> AuthorizationRequest:
    """Ask the payer once how a waiting request stands."""
    return await ask_payer(tx, request_id, by=by)


@router.post("/{request_id}/cancellation", response_model=AuthorizationRequestOut, status_code=201)
async def post_authorization_request_cancellation(
    request_id: UUID, tx: Tx, by: CanWriteAuthorizations
) -> AuthorizationRequest:
    """Cancel a request that has no decision."""
    return await cancel_request(tx, request_id, by=by)


@router.get("", response_model=Page[AuthorizationRequestOut])
async def list_authorization_requests(
    tx: Tx, by: CanReadAuthorizations, page: Paging, client_id: UUID | None = None, status: RequestStatus | None = None
) -> Page[AuthorizationRequest]:
    """List requests for authorization."""
    return await browse_requests(tx, page, client_id=client_id, status=status, by=by)


@router.get("/{request_id}", response_model=AuthorizationRequestOut)
async def get_authorization_request(request_id: UUID, tx: Tx, by: CanReadAuthorizations) -> AuthorizationRequest:
    """Read one request for authorization."""
    return await read_request(tx, request_id, by=by)
