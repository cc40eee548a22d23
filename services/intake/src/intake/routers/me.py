"""The corner of those who are cared for, and of who stands for them. A guardian names the client: `client_id`."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import NEEDS_KEY, Tx, leaving
from shared.pagination import Page, Paging

from intake.models import Consent
from intake.rules.guardianships import is_known_to_guardian
from intake.schemas.consents import ConsentOut, NewConsent
from intake.schemas.me import OwnClientOut, OwnDisclosureOut
from intake.scopes import CanReadOwnRecords, CanWriteOwnConsents
from intake.use_cases.decline_own_consent import decline_own_consent
from intake.use_cases.draft_own_consent import draft_own_consent
from intake.use_cases.read_consent import read_consent
from intake.use_cases.read_consents import read_consents
from intake.use_cases.read_own_clients import read_own_clients
from intake.use_cases.read_own_disclosures import read_own_disclosures
from intake.use_cases.revoke_own_consent import revoke_own_consent
from intake.use_cases.sign_own_consent import sign_own_consent


def class_of(consent: Any) -> DataClass:
    """A guardian knows what a guardian signed; all else tells of the care that it is about."""
    return DataClass.DEMOGRAPHICS if is_known_to_guardian(consent.signer_role) else DataClass.CLINICAL


clients = APIRouter(prefix="/v1/me/clients", tags=["me"], route_class=leaving(DataClass.DEMOGRAPHICS))
consents = APIRouter(
    prefix="/v1/me/consents",
    tags=["me"],
    route_class=leaving(DataClass.DEMOGRAPHICS, DataClass.CLINICAL, class_of=class_of),
)
disclosures = APIRouter(prefix="/v1/me/disclosures", tags=["me"], route_class=leaving(DataClass.CLINICAL))


@clients.get("", response_model=Page[OwnClientOut])
async def list_my_clients(tx: Tx, by: CanReadOwnRecords, page: Paging) -> Page[OwnClientOut]:
    """List for whom I may act: for myself, or for those whose guardian I am."""
    return await read_own_clients(tx, page, by=by)


@consents.get("", response_model=Page[ConsentOut])
async def list_my_consents(client_id: UUID, tx: Tx, by: CanReadOwnRecords, page: Paging) -> Page[Consent]:
    """List consents, newest first: drafts that await me, what is in force, what has ended."""
    return await read_consents(tx, client_id, page=page, by=by)


@consents.post("", response_model=ConsentOut, status_code=201)
async def post_my_consent(new: NewConsent, tx: Tx, by: CanWriteOwnConsents) -> Consent:
    """Draft a consent that lets something leave."""
    return await draft_own_consent(tx, new, by=by)


@consents.get("/{consent_id}", response_model=ConsentOut)
async def get_my_consent(consent_id: UUID, tx: Tx, by: CanReadOwnRecords) -> Consent:
    """Read a consent."""
    return await read_consent(tx, consent_id, by=by)


@consents.post("/{consent_id}/signature", response_model=ConsentOut, openapi_extra=NEEDS_KEY)
async def post_my_consent_signature(consent_id: UUID, tx: Tx, by: CanWriteOwnConsents) -> Consent:
    """Sign a draft electronically, as the client or as the guardian that I am."""
    return await sign_own_consent(tx, consent_id, by=by)


@consents.post("/{consent_id}/declination", response_model=ConsentOut)
async def post_my_consent_declination(consent_id: UUID, tx: Tx, by: CanWriteOwnConsents) -> Consent:
    """Decline a draft."""
    return await decline_own_consent(tx, consent_id, by=by)


@consents.post("/{consent_id}/revocation", response_model=ConsentOut)
async def post_my_consent_revocation(consent_id: UUID, tx: Tx, by: CanWriteOwnConsents) -> Consent:
    """Revoke a consent. When this is answered, nothing leaves by it any more, anywhere."""
    return await revoke_own_consent(tx, consent_id, by=by)


@disclosures.get("", response_model=Page[OwnDisclosureOut])
async def list_my_disclosures(client_id: UUID, tx: Tx, by: CanReadOwnRecords, page: Paging) -> Page[OwnDisclosureOut]:
    """List what left about me, to whom, why and by which consent, newest first."""
    return await read_own_disclosures(tx, client_id, page=page, by=by)
