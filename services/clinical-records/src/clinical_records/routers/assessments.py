from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import NEEDS_KEY, EdgeRoute, Tx, leaving
from shared.pagination import Page, Paging

from clinical_records import queries
from clinical_records.models import Assessment
from clinical_records.rules.assessments import AssessmentStatus, Domain
from clinical_records.schemas.assessments import (
    AssessmentChange,
    AssessmentOut,
    AssessmentSummary,
    DomainList,
    NewAssessment,
)
from clinical_records.schemas.reasons import Why
from clinical_records.scopes import CanReadAssessments, CanSignNotes, CanWriteAssessments
from clinical_records.use_cases.cosign_assessment import cosign_assessment
from clinical_records.use_cases.draft_assessment import draft_assessment
from clinical_records.use_cases.edit_assessment import edit_assessment
from clinical_records.use_cases.list_records import list_records
from clinical_records.use_cases.read_assessment import read_assessment
from clinical_records.use_cases.return_assessment import return_assessment
from clinical_records.use_cases.sign_assessment import sign_assessment
from clinical_records.use_cases.void_assessment import void_assessment

router = APIRouter(prefix="/v1/assessments", tags=["assessments"], route_class=leaving(DataClass.CLINICAL))
domains = APIRouter(prefix="/v1/assessment-domains", tags=["assessments"], route_class=EdgeRoute)


@domains.get("", response_model=DomainList)
async def list_assessment_domains(by: CanReadAssessments) -> DomainList:
    """List the domains of an assessment; each needs a narrative or a reason why there is none."""
    return DomainList(items=list(Domain))


@router.post("", response_model=AssessmentOut, status_code=201)
async def post_assessment(new: NewAssessment, tx: Tx, by: CanWriteAssessments) -> AssessmentOut:
    """Begin the biopsychosocial assessment of an episode."""
    return await draft_assessment(tx, new, by=by)


@router.get("", response_model=Page[AssessmentSummary])
async def list_assessments(
    tx: Tx,
    by: CanReadAssessments,
    page: Paging,
    client_id: UUID | None = None,
    episode_id: UUID | None = None,
    status: AssessmentStatus | None = None,
) -> Page[Assessment]:
    """List assessments without their words, newest first."""
    found = queries.list_assessments(tx, page, client_id=client_id, episode_id=episode_id, status=status)
    return await list_records(tx, found, by=by)


@router.get("/{assessment_id}", response_model=AssessmentOut)
async def get_assessment(assessment_id: UUID, tx: Tx, by: CanReadAssessments) -> AssessmentOut:
    """Show one assessment."""
    return await read_assessment(tx, assessment_id, by=by)


@router.patch("/{assessment_id}", response_model=AssessmentOut)
async def patch_assessment(
    assessment_id: UUID, change: AssessmentChange, tx: Tx, by: CanWriteAssessments
) -> AssessmentOut:
    """Write on in a draft, domain by domain."""
    return await edit_assessment(tx, assessment_id, change, by=by)


@router.post("/{assessment_id}/signature", response_model=AssessmentOut, openapi_extra=NEEDS_KEY)
async def post_assessment_signature(assessment_id: UUID, tx: Tx, by: CanWriteAssessments) -> AssessmentOut:
    """Sign a complete assessment."""
    return await sign_assessment(tx, assessment_id, by=by)


@router.post("/{assessment_id}/cosignature", response_model=AssessmentOut, openapi_extra=NEEDS_KEY)
async def post_assessment_cosignature(assessment_id: UUID, tx: Tx, by: CanSignNotes) -> AssessmentOut:
    """Co-sign as the assigned supervisor."""
    return await cosign_assessment(tx, assessment_id, by=by)


@router.post("/{assessment_id}/return", response_model=AssessmentOut)
async def post_assessment_return(assessment_id: UUID, tx: Tx, by: CanSignNotes) -> AssessmentOut:
    """Give it back to its author."""
    return await return_assessment(tx, assessment_id, by=by)


@router.post("/{assessment_id}/void", response_model=AssessmentOut)
async def post_assessment_void(assessment_id: UUID, why: Why, tx: Tx, by: CanWriteAssessments) -> AssessmentOut:
    """Take back a draft begun in error."""
    return await void_assessment(tx, assessment_id, why.reason, by=by)
