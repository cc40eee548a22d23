from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body
from privacy import DataClass
from shared.edge import NEEDS_KEY, Tx, leaving
from shared.pagination import Page, Paging

from intake.models import Consent
from intake.rules.consent_elements import Validation
from intake.schemas.consents import (
    ConsentOut,
    ConsentRevocation,
    ConsentSignature,
    ConsentToValidate,
    ConsentValidationOut,
    NewConsent,
)
from intake.scopes import CanReadConsents, CanWriteConsents
from intake.use_cases.decline_consent import decline_consent
from intake.use_cases.draft_consent import draft_consent
from intake.use_cases.read_consent import read_consent
from intake.use_cases.read_consents import read_consents
from intake.use_cases.revoke_consent import revoke_consent
from intake.use_cases.sign_consent import sign_consent
from intake.use_cases.validate_consent import validate_consent

router = APIRouter(prefix="/v1/consents", tags=["consents"], route_class=leaving(DataClass.DEMOGRAPHICS))


@router.post("", response_model=ConsentOut, status_code=201)
async def post_consent(new: NewConsent, tx: Tx, by: CanWriteConsents) -> Consent:
    """Draft a consent: what the form says, before anyone signs."""
    return await draft_consent(tx, new, by=by)


@router.post("/validation", response_model=ConsentValidationOut)
async def post_consent_validation(wanted: ConsentToValidate, tx: Tx, by: CanReadConsents) -> Validation:
    """Try what a consent of this kind must contain, by the law of its day. Nothing is stored."""
    return await validate_consent(tx, wanted, by=by)


@router.get("", response_model=Page[ConsentOut])
async def list_consents(client_id: UUID, tx: Tx, by: CanReadConsents, page: Paging) -> Page[Consent]:
    """List a client's consents, newest first."""
    return await read_consents(tx, client_id, page=page, by=by)


@router.get("/{consent_id}", response_model=ConsentOut)
async def get_consent(consent_id: UUID, tx: Tx, by: CanReadConsents) -> Consent:
    """Read a consent."""
    return await read_consent(tx, consent_id, by=by)


@router.post("/{consent_id}/signature", response_model=ConsentOut, openapi_extra=NEEDS_KEY)
async def post_consent_signature(
    consent_id: UUID, signature: ConsentSignature, tx: Tx, by: CanWriteConsents
) -> Consent:
    """Sign a draft. It is active when nothing is missing that its kind must have."""
    return await sign_consent(tx, consent_id, signature=signature, by=by)


@router.post("/{consent_id}/declination", response_model=ConsentOut)
async def post_consent_declination(consent_id: UUID, tx: Tx, by: CanWriteConsents) -> Consent:
    """Record that a draft was not signed."""
    return await decline_consent(tx, consent_id, by=by)


@router.post("/{consent_id}/revocation", response_model=ConsentOut)
async def post_consent_revocation(
    consent_id: UUID,
    revocation: Annotated[ConsentRevocation, Body(default_factory=ConsentRevocation)],
    tx: Tx,
    by: CanWriteConsents,
) -> Consent:
    """Revoke an active consent, at once and for everything that has not left yet."""
    return await revoke_consent(tx, consent_id, revocation=revocation, by=by)
