"""The corner of those who are cared for, and of who stands for them: what was written about them and is done."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import Tx, leaving
from shared.pagination import Page, Paging

from clinical_records.rules.documents import class_of
from clinical_records.schemas.me import OwnDocumentOut, OwnDocumentRow
from clinical_records.scopes import CanReadOwnRecords
from clinical_records.use_cases.read_own_document import read_own_document, read_own_documents


def class_of_row(document: Any) -> str:
    return class_of(document.kind)


router = APIRouter(
    prefix="/v1/me/documents",
    tags=["me"],
    route_class=leaving(DataClass.CLINICAL, DataClass.PLAN, class_of=class_of_row),
)


@router.get("", response_model=Page[OwnDocumentRow])
async def list_my_documents(client_id: UUID, tx: Tx, by: CanReadOwnRecords, page: Paging) -> Page[OwnDocumentRow]:
    """List what was written and is done, newest first: notes, plans, assessments, discharges. No drafts."""
    return await read_own_documents(tx, client_id, page=page, by=by)


@router.get("/{document_id}", response_model=OwnDocumentOut)
async def get_my_document(document_id: UUID, tx: Tx, by: CanReadOwnRecords) -> OwnDocumentOut:
    """Read one document."""
    return await read_own_document(tx, document_id, by=by)
