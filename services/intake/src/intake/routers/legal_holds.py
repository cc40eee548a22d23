from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import Tx, leaving
from shared.pagination import Page, Paging

from intake.models import LegalHold
from intake.schemas.legal_holds import LegalHoldOut, NewLegalHold
from intake.scopes import CanReadLegalHolds, CanWriteLegalHolds
from intake.use_cases.place_legal_hold import place_legal_hold
from intake.use_cases.read_legal_holds import read_legal_holds
from intake.use_cases.release_legal_hold import release_legal_hold

router = APIRouter(prefix="/v1/legal-holds", tags=["legal-holds"], route_class=leaving(DataClass.DEMOGRAPHICS))


@router.post("", response_model=LegalHoldOut, status_code=201)
async def post_legal_hold(new: NewLegalHold, tx: Tx, by: CanWriteLegalHolds) -> LegalHold:
    """Stop every purge and every destruction of keys, for a client or for the whole agency."""
    return await place_legal_hold(tx, new, by=by)


@router.get("", response_model=Page[LegalHoldOut])
async def list_legal_holds(tx: Tx, by: CanReadLegalHolds, page: Paging) -> Page[LegalHold]:
    """List the agency's legal holds, newest first."""
    return await read_legal_holds(tx, page=page, by=by)


@router.post("/{hold_id}/release", response_model=LegalHoldOut)
async def post_legal_hold_release(hold_id: UUID, tx: Tx, by: CanWriteLegalHolds) -> LegalHold:
    """End a legal hold."""
    return await release_legal_hold(tx, hold_id, by=by)
