"""Assessments."""

from uuid import UUID

from shared.db import Transaction
from shared.pagination import Page, PageRequest

from clinical_records.models import Assessment
from clinical_records.queries.statements import by_id, lists, paged
from clinical_records.rules.assessments import AssessmentStatus

ASSESSMENT = by_id(Assessment)
ASSESSMENT_LOCK = ASSESSMENT.with_for_update()
ASSESSMENTS = lists(Assessment, "client_id", "episode_id", "status")


async def get_assessment(tx: Transaction, assessment_id: UUID) -> Assessment:
    return await tx.fetch_one(Assessment, ASSESSMENT, id=assessment_id)


async def lock_assessment(tx: Transaction, assessment_id: UUID) -> Assessment:
    return await tx.fetch_one(Assessment, ASSESSMENT_LOCK, id=assessment_id)


async def list_assessments(
    tx: Transaction,
    page: PageRequest,
    *,
    client_id: UUID | None,
    episode_id: UUID | None,
    status: AssessmentStatus | None,
) -> Page[Assessment]:
    return await paged(tx, Assessment, ASSESSMENTS, page, client_id=client_id, episode_id=episode_id, status=status)
