from uuid import UUID

from shared.auth import Principal
from shared.contracts.clinical_records import NoteReturned
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import NotCosignable
from clinical_records.rules.duties import DutyKind
from clinical_records.rules.notes import DUE_AFTER, NoteStatus
from clinical_records.schemas.notes import NoteOut
from clinical_records.use_cases.close_duties import close_duties
from clinical_records.use_cases.open_content import open_content
from clinical_records.use_cases.open_duty import open_duty
from clinical_records.use_cases.open_note import open_note
from clinical_records.use_cases.require_cosigner import require_cosigner
from clinical_records.use_cases.seal_content import seal_content


async def return_note(tx: Transaction, note_id: UUID, reason: str, *, by: Principal) -> NoteOut:
    """The supervisor gives the note back to its author, and says why."""
    note = await queries.lock_note(tx, note_id)
    if note.status is not NoteStatus.PENDING_COSIGN:
        raise NotCosignable(f"The note is {note.status}; only one that awaits a co-signature is returned.")
    require_cosigner(note, by=by)
    note.status, note.signed_at, note.content_hash = NoteStatus.RETURNED, None, None
    await seal_content(tx, note, {**await open_content(tx, note), "return_reason": reason})
    await tx.save(note)
    await close_duties(tx, DutyKind.COSIGN, about=note.id, reason="returned", by=by)
    await open_duty(tx, DutyKind.RETURNED, subject_id=note.id, client_id=note.client_id, due_at=tx.now + DUE_AFTER,
                    rule="note.returned", assignee_id=note.author_id, by=by)  # fmt: skip
    tx.audit("note.return", subject=note.client_id, resource=note.id, by=by)
    tx.publish(NoteReturned(
        note_id=note.id, client_id=note.client_id, author_id=note.author_id, supervisor_id=by.id
    ))  # fmt: skip
    return await open_note(tx, note)
