"""Consents."""

from collections.abc import Sequence
from uuid import UUID

from shared.access import visible
from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlalchemy import bindparam, or_, select
from sqlmodel import col

from intake.models import Consent
from intake.queries.statements import IDS
from intake.rules.consents import DISCLOSURE_TYPES, ConsentStatus, ConsentType, ExpiryEvent, SignerRole

CONSENT = select(Consent).where(col(Consent.id) == bindparam("id"), visible(Consent.client_id))
LOCK_CONSENT = CONSENT.with_for_update()
CONSENTS = select(Consent).where(visible(Consent.client_id), col(Consent.client_id) == bindparam("client_id"))
IN_FORCE = (
    select(Consent)
    .where(
        col(Consent.client_id) == bindparam("client_id"),
        col(Consent.type) == bindparam("type"),
        col(Consent.status) == ConsentStatus.ACTIVE,
        col(Consent.effective_from) <= bindparam("at"),
        or_(col(Consent.expires_at).is_(None), col(Consent.expires_at) > bindparam("at")),
    )
    .order_by(col(Consent.id))
    .limit(1)
)
DISCLOSURE_CONSENTS = select(Consent).where(
    col(Consent.client_id) == IDS,
    col(Consent.status) == ConsentStatus.ACTIVE,
    col(Consent.type).in_(sorted(DISCLOSURE_TYPES)),
)
OWN_TREATMENT = select(col(Consent.client_id)).where(
    col(Consent.client_id) == IDS,
    col(Consent.type) == ConsentType.TREATMENT,
    col(Consent.signer_role) == SignerRole.CLIENT,
    col(Consent.signed_at).is_not(None),
)
LOCK_ENDING = (
    select(Consent)
    .where(
        col(Consent.client_id) == bindparam("client_id"),
        col(Consent.status) == ConsentStatus.ACTIVE,
        col(Consent.expires_event) == ExpiryEvent.END_OF_TREATMENT,
    )
    .order_by(col(Consent.id))
    .with_for_update()
)


async def get_consent(tx: Transaction, consent_id: UUID) -> Consent:
    return await tx.fetch_one(Consent, CONSENT, id=consent_id)


async def lock_consent(tx: Transaction, consent_id: UUID) -> Consent:
    return await tx.fetch_one(Consent, LOCK_CONSENT, id=consent_id)


async def list_consents(tx: Transaction, client_id: UUID, page: PageRequest) -> Page[Consent]:
    return await tx.fetch_page(Consent, CONSENTS, page, client_id=client_id)


async def find_consent_in_force(tx: Transaction, client_id: UUID, kind: ConsentType) -> Consent | None:
    return await tx.fetch_optional(Consent, IN_FORCE, client_id=client_id, type=kind, at=tx.now)


async def list_disclosure_consents(tx: Transaction, client_ids: Sequence[UUID]) -> list[Consent]:
    return await tx.fetch_all(Consent, DISCLOSURE_CONSENTS, ids=list(client_ids))


async def list_signers_of_own_treatment(tx: Transaction, client_ids: Sequence[UUID]) -> frozenset[UUID]:
    """Clients who signed the consent to their treatment themselves."""
    return frozenset(row[0] for row in await tx.rows(OWN_TREATMENT, ids=list(client_ids)))


async def lock_consents_ending_with_treatment(tx: Transaction, client_id: UUID) -> list[Consent]:
    return await tx.fetch_all(Consent, LOCK_ENDING, client_id=client_id)
