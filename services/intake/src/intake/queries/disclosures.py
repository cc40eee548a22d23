"""Disclosures and the agency's policy on them."""

from datetime import datetime
from uuid import UUID

from shared.access import visible
from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlalchemy import bindparam, select
from sqlmodel import col

from intake.models import Disclosure, DisclosurePolicy

POLICY = select(DisclosurePolicy).where(col(DisclosurePolicy.id) == bindparam("id"))
LOCK_POLICY = POLICY.with_for_update()
DISCLOSURES = select(Disclosure).where(
    col(Disclosure.client_id) == bindparam("client_id"), visible(Disclosure.client_id)
)

DISCLOSURES_SINCE = DISCLOSURES.where(col(Disclosure.made_at) >= bindparam("since")).order_by(col(Disclosure.id).desc())


async def find_disclosure_policy(tx: Transaction) -> DisclosurePolicy | None:
    return await tx.fetch_optional(DisclosurePolicy, POLICY, id=tx.agency_id)


async def lock_disclosure_policy(tx: Transaction) -> DisclosurePolicy | None:
    return await tx.fetch_optional(DisclosurePolicy, LOCK_POLICY, id=tx.agency_id)


async def list_disclosures(tx: Transaction, client_id: UUID, page: PageRequest) -> Page[Disclosure]:
    return await tx.fetch_page(Disclosure, DISCLOSURES, page, client_id=client_id)


async def list_disclosures_since(tx: Transaction, client_id: UUID, since: datetime) -> list[Disclosure]:
    return await tx.fetch_all(Disclosure, DISCLOSURES_SINCE, client_id=client_id, since=since)
