"""Requests for authorization, and what a payer is sent of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import sqlalchemy as sa
from shared.access import visible
from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlmodel import col, select

from authorizations.models import AuthorizationRequest, Coverage, Diagnosis, Payer
from authorizations.queries.coverages import get_coverage
from authorizations.queries.diagnoses import list_diagnoses
from authorizations.queries.payers import get_payer
from authorizations.queries.statements import BY_ID, ID, KIND, ON, TEXT, same
from authorizations.rules.requests import RequestStatus
from authorizations.rules.service_codes import ServiceKind

REQUEST = select(AuthorizationRequest).where(
    col(AuthorizationRequest.id) == BY_ID, visible(col(AuthorizationRequest.client_id))
)
LOCK_REQUEST = REQUEST.with_for_update()
REQUESTS = select(AuthorizationRequest).where(
    same(col(AuthorizationRequest.client_id), "client_id", ID),
    same(col(AuthorizationRequest.status), "status", TEXT),
    visible(col(AuthorizationRequest.client_id)),
)
WAIVED = (
    select(AuthorizationRequest)
    .where(
        col(AuthorizationRequest.coverage_id) == sa.bindparam("coverage_id", type_=ID),
        col(AuthorizationRequest.service_kind) == KIND,
        col(AuthorizationRequest.status) == RequestStatus.NOT_REQUIRED.value,
        col(AuthorizationRequest.valid_from) <= ON,
        col(AuthorizationRequest.valid_until) >= ON,
    )
    .limit(1)
)


@dataclass(frozen=True)
class Packet:
    """What a payer is sent of a request, as this service holds it."""

    request: AuthorizationRequest
    coverage: Coverage
    payer: Payer
    diagnoses: Sequence[Diagnosis]


async def get_request(tx: Transaction, request_id: UUID) -> AuthorizationRequest:
    return await tx.fetch_one(AuthorizationRequest, REQUEST, id=request_id)


async def lock_request(tx: Transaction, request_id: UUID) -> AuthorizationRequest:
    return await tx.fetch_one(AuthorizationRequest, LOCK_REQUEST, id=request_id)


async def list_requests(
    tx: Transaction, page: PageRequest, *, client_id: UUID | None, status: RequestStatus | None
) -> Page[AuthorizationRequest]:
    return await tx.fetch_page(AuthorizationRequest, REQUESTS, page, client_id=client_id, status=status)


async def is_waived(tx: Transaction, coverage_id: UUID, *, service_kind: ServiceKind, on: date) -> bool:
    """The payer answered a request for this service and day with "no authorization required"."""
    found = await tx.fetch_optional(
        AuthorizationRequest, WAIVED, coverage_id=coverage_id, service_kind=service_kind, on=on
    )
    return found is not None


async def get_packet(tx: Transaction, request_id: UUID) -> Packet:
    request = await get_request(tx, request_id)
    coverage, payer = await get_coverage(tx, request.coverage_id), await get_payer(tx, request.payer_id)
    return Packet(request, coverage, payer, await list_diagnoses(tx, request.client_id))
