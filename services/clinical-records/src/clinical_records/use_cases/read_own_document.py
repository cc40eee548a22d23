from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.pagination import Page, PageRequest
from shared.schemas import Out

from clinical_records import queries
from clinical_records.rules.documents import SHOWN, DocumentKind
from clinical_records.schemas.assessments import AssessmentOut
from clinical_records.schemas.discharges import DischargeOut
from clinical_records.schemas.me import OwnDocumentOut, OwnDocumentRow
from clinical_records.schemas.notes import NoteOut
from clinical_records.schemas.plans import EditionOut
from clinical_records.use_cases.open_assessment import open_assessment
from clinical_records.use_cases.open_discharge import open_discharge
from clinical_records.use_cases.open_note import open_note

Open = Callable[[Transaction, UUID], Awaitable[Out]]


async def read_own_documents(
    tx: Transaction, client_id: UUID, *, page: PageRequest, by: Principal
) -> Page[OwnDocumentRow]:
    tx.audit("document.list", subject=client_id, by=by)
    return await queries.list_documents(tx, client_id, page)


async def read_own_document(tx: Transaction, document_id: UUID, *, by: Principal) -> OwnDocumentOut:
    """What is done, in plain words; of each kind what a client is shown."""
    row = await queries.get_document(tx, document_id)
    tx.audit("document.read", subject=row.client_id, resource=row.id, by=by)
    return OwnDocumentOut(**row.model_dump(), content=await content_of(tx, row))


async def content_of(tx: Transaction, row: OwnDocumentRow) -> dict[str, Any]:
    opened = await OPEN[row.kind](tx, row.id)
    return opened.model_dump(mode="json", include=set(SHOWN[row.kind]))


async def open_the_note(tx: Transaction, note_id: UUID) -> NoteOut:
    return await open_note(tx, await queries.get_note(tx, note_id))


async def open_the_assessment(tx: Transaction, assessment_id: UUID) -> AssessmentOut:
    return await open_assessment(tx, await queries.get_assessment(tx, assessment_id))


async def open_the_discharge(tx: Transaction, discharge_id: UUID) -> DischargeOut:
    return await open_discharge(tx, await queries.get_discharge(tx, discharge_id))


async def open_the_edition(tx: Transaction, edition_id: UUID) -> EditionOut:
    return EditionOut.model_validate(await queries.get_edition(tx, edition_id))


OPEN: dict[DocumentKind, Open] = {
    DocumentKind.ASSESSMENT: open_the_assessment,
    DocumentKind.DISCHARGE: open_the_discharge,
    DocumentKind.NOTE: open_the_note,
    DocumentKind.PLAN: open_the_edition,
}
