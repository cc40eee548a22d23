"""Eligibility checks."""

from uuid import UUID

import sqlalchemy as sa
from shared.access import visible
from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlmodel import col, select

from authorizations.models import EligibilityCheck
from authorizations.queries.statements import BY_ID, ID, same
from authorizations.rules.eligibility import ANSWERED

CHECK = select(EligibilityCheck).where(col(EligibilityCheck.id) == BY_ID, visible(col(EligibilityCheck.client_id)))
LOCK_CHECK = CHECK.with_for_update()
CHECKS = select(EligibilityCheck).where(
    same(col(EligibilityCheck.client_id), "client_id", ID),
    same(col(EligibilityCheck.coverage_id), "coverage_id", ID),
    visible(col(EligibilityCheck.client_id)),
)
LATEST_ANSWER = (
    select(EligibilityCheck)
    .where(
        col(EligibilityCheck.coverage_id) == sa.bindparam("coverage_id", type_=ID),
        col(EligibilityCheck.status).in_(sorted(ANSWERED)),
    )
    .order_by(col(EligibilityCheck.answered_at).desc(), col(EligibilityCheck.id).desc())
    .limit(1)
)


async def get_check(tx: Transaction, check_id: UUID) -> EligibilityCheck:
    return await tx.fetch_one(EligibilityCheck, CHECK, id=check_id)


async def lock_check(tx: Transaction, check_id: UUID) -> EligibilityCheck:
    return await tx.fetch_one(EligibilityCheck, LOCK_CHECK, id=check_id)


async def list_checks(
    tx: Transaction, page: PageRequest, *, client_id: UUID | None, coverage_id: UUID | None
) -> Page[EligibilityCheck]:
    return await tx.fetch_page(EligibilityCheck, CHECKS, page, client_id=client_id, coverage_id=coverage_id)


async def find_latest_answer(tx: Transaction, coverage_id: UUID) -> EligibilityCheck | None:
    return await tx.fetch_optional(EligibilityCheck, LATEST_ANSWER, coverage_id=coverage_id)
