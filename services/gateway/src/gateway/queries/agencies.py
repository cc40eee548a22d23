"""Agencies."""

from uuid import UUID

from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlalchemy import bindparam, select
from sqlmodel import col

from gateway.models import Agency

AGENCIES = select(Agency)
AGENCY = select(Agency).where(col(Agency.id) == bindparam("agency_id"))
AGENCY_LOCKED = AGENCY.with_for_update()


async def list_agencies(tx: Transaction, page: PageRequest) -> Page[Agency]:
    """The operator sees every agency, anybody else the own one."""
    return await tx.fetch_page(Agency, AGENCIES, page)


async def get_agency(tx: Transaction, agency_id: UUID) -> Agency:
    return await tx.fetch_one(Agency, AGENCY, agency_id=agency_id)


async def find_agency(tx: Transaction, agency_id: UUID) -> Agency | None:
    return await tx.fetch_optional(Agency, AGENCY, agency_id=agency_id)


async def lock_agency(tx: Transaction, agency_id: UUID) -> Agency:
    return await tx.fetch_one(Agency, AGENCY_LOCKED, agency_id=agency_id)
