from uuid import UUID

from shared.auth import Principal
from shared.contracts.clinical_records import NoteVoided
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import NotVoidable, VoidRefused
from clinical_records.rules.notes import NoteStatus, VoidStep, void_step
from clinical_records.rules.signing import SUPERVISOR, content_hash
from clinical_records.schemas.notes import NoteOut
from clinical_records.use_cases.append_link import append_link
from clinical_records.use_cases.open_note import open_note


async def void_note(tx: Transaction, note_id: UUID, reason: str, *, by: Principal) -> NoteOut:
    """Take back a note entered in error. It takes two: the author and a supervisor; the note stays readable."""
    note = await queries.lock_note(tx, note_id)
    if note.status is not NoteStatus.FINAL:
        raise NotVoidable(f"The note is {note.status}.")
    is_supervisor = SUPERVISOR in by.roles or by.id == note.supervisor_id
    step = void_step(note.author_id, note.void_requested_by, by.id, is_supervisor=is_supervisor)
    if step is None:
        raise VoidRefused()
    if step is VoidStep.REQUESTED:
        note.void_requested_by, note.void_reason = by.id, reason
        await tx.save(note)
    else:
        note.status, note.voided_at = NoteStatus.VOIDED, tx.now
        await tx.save(note)
        content = content_hash({"note": note.id, "by": by.id, "reason": note.void_reason})
        await append_link(tx, note, "void", note.id, content, signer={"roles": sorted(by.roles)}, by=by)
        tx.publish(NoteVoided(note_id=note.id, client_id=note.client_id, appointment_id=note.appointment_id))
    tx.audit("note.void", subject=note.client_id, resource=note.id, by=by)
    return await open_note(tx, note)
