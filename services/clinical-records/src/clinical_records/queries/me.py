"""A client's own documents."""

from typing import Any
from uuid import UUID

from shared.access import visible
from shared.db import Transaction
from shared.errors import NotFound
from shared.pagination import Page, PageRequest
from sqlalchemy import Select, bindparam, literal, select, union_all
from sqlmodel import col

from clinical_records.models import Assessment, Discharge, Note, PlanEdition
from clinical_records.queries.statements import uuid
from clinical_records.rules.assessments import AssessmentStatus
from clinical_records.rules.discharges import DischargeStatus
from clinical_records.rules.documents import DocumentKind
from clinical_records.rules.notes import NoteStatus
from clinical_records.schemas.me import OwnDocumentRow


def own(model: Any, kind: DocumentKind, signed_at: Any, *final: Any) -> Select[Any]:
    said = literal(kind.value).label("kind"), signed_at.label("signed_at")
    return select(model.id, model.client_id, model.security_labels, *said).where(visible(model.client_id), *final)


DOCUMENT = union_all(
    own(Note, DocumentKind.NOTE, col(Note.signed_at), col(Note.status) == NoteStatus.FINAL),
    own(PlanEdition, DocumentKind.PLAN, col(PlanEdition.activated_at)),
    own(
        Assessment,
        DocumentKind.ASSESSMENT,
        col(Assessment.signed_at),
        col(Assessment.status).in_((AssessmentStatus.FINAL, AssessmentStatus.AMENDED)),
    ),
    own(Discharge, DocumentKind.DISCHARGE, col(Discharge.signed_at), col(Discharge.status) == DischargeStatus.FINAL),
).subquery("document")
ONE_DOCUMENT = select(DOCUMENT).where(DOCUMENT.c.id == uuid("id"))
DOCUMENTS = (
    select(DOCUMENT)
    .where(DOCUMENT.c.client_id == uuid("client_id"), DOCUMENT.c.id < uuid("after"))
    .order_by(DOCUMENT.c.id.desc())
    .limit(bindparam("page_size"))
)
LAST = UUID(int=2**128 - 1)


async def get_document(tx: Transaction, document_id: UUID) -> OwnDocumentRow:
    """What is done and may be shown to the client at all, of whatever kind."""
    found = await tx.rows(ONE_DOCUMENT, id=document_id)
    if not found:
        raise NotFound()
    return OwnDocumentRow.model_validate(found[0])


async def list_documents(tx: Transaction, client_id: UUID, page: PageRequest) -> Page[OwnDocumentRow]:
    found = await tx.rows(DOCUMENTS, client_id=client_id, after=page.after or LAST, page_size=page.limit + 1)
    return Page.of([OwnDocumentRow.model_validate(row) for row in found], page)
