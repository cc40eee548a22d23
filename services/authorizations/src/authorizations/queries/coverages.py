"""Coverages."""

from uuid import UUID

from shared.access import visible
from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlmodel import col, select

from authorizations.models import Coverage
from authorizations.queries.statements import BY_CLIENT, BY_ID, ID, same

COVERAGE = select(Coverage).where(col(Coverage.id) == BY_ID, visible(col(Coverage.client_id)))
COVERAGES = select(Coverage).where(same(col(Coverage.client_id), "client_id", ID), visible(col(Coverage.client_id)))
COVERAGES_OF_CLIENT = select(Coverage).where(col(Coverage.client_id) == BY_CLIENT).order_by(col(Coverage.id))


async def get_coverage(tx: Transaction, coverage_id: UUID) -> Coverage:
    return await tx.fetch_one(Coverage, COVERAGE, id=coverage_id)


async def list_coverages(tx: Transaction, page: PageRequest, *, client_id: UUID | None) -> Page[Coverage]:
    return await tx.fetch_page(Coverage, COVERAGES, page, client_id=client_id)


async def list_coverages_of(tx: Transaction, client_id: UUID) -> list[Coverage]:
    return await tx.fetch_all(Coverage, COVERAGES_OF_CLIENT, client_id=client_id)
