from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import NotEditable
from clinical_records.rules.duties import DutyKind
from clinical_records.rules.notes import EDITABLE, NoteStatus
from clinical_records.schemas.notes import NoteChange, NoteOut
from clinical_records.use_cases.close_duties import close_duties
from clinical_records.use_cases.open_note import open_note
from clinical_records.use_cases.require_author import require_author
from clinical_records.use_cases.write_note import write_note


async def edit_note(tx: Transaction, note_id: UUID, change: NoteChange, *, by: Principal) -> NoteOut:
    """Only the author writes on in a draft; a returned note is a draft again with his edit."""
    note = await queries.lock_note(tx, note_id)
    require_author(note, by=by)
    tx.expect(note)
    if note.status not in EDITABLE:
        raise NotEditable(f"The note is {note.status}; only a draft or returned note is edited.")
    if note.status is NoteStatus.RETURNED:
        note.status = NoteStatus.DRAFT
        await close_duties(tx, DutyKind.RETURNED, about=note.id, reason="edited", by=by)
    await write_note(tx, note, change)
    await tx.save(note)
    tx.audit("note.edit", subject=note.client_id, resource=note.id, by=by)
    return await open_note(tx, note)
