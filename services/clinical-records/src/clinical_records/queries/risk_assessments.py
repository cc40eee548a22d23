"""Risk assessments."""

from uuid import UUID

from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlalchemy import select
from sqlmodel import col

from clinical_records.models import RiskAssessment
from clinical_records.queries.statements import by_id, lists, paged, uuid
from clinical_records.rules.cssrs import RiskStatus

RISK = by_id(RiskAssessment)
RISK_LOCK = RISK.with_for_update()
RISKS = lists(RiskAssessment, "client_id", "status")
STANDING_RISK = (
    select(RiskAssessment)
    .where(col(RiskAssessment.client_id) == uuid("client_id"), col(RiskAssessment.status) == RiskStatus.COMPLETE)
    .order_by(col(RiskAssessment.id))
    .with_for_update()
)


async def get_risk(tx: Transaction, assessment_id: UUID) -> RiskAssessment:
    return await tx.fetch_one(RiskAssessment, RISK, id=assessment_id)


async def lock_risk(tx: Transaction, assessment_id: UUID) -> RiskAssessment:
    return await tx.fetch_one(RiskAssessment, RISK_LOCK, id=assessment_id)


async def lock_standing_risks(tx: Transaction, client_id: UUID) -> list[RiskAssessment]:
    return await tx.fetch_all(RiskAssessment, STANDING_RISK, client_id=client_id)


async def list_risks(
    tx: Transaction, page: PageRequest, *, client_id: UUID | None, status: RiskStatus | None
) -> Page[RiskAssessment]:
    return await paged(tx, RiskAssessment, RISKS, page, client_id=client_id, status=status)
