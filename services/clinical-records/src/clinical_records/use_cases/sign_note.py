from uuid import UUID

from shared.auth import Principal
from shared.contracts.clinical_records import CosignRequested, NoteSigned
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import NotSignable
from clinical_records.rules.duties import DutyKind
from clinical_records.rules.notes import DUE_AFTER, NoteStatus, is_late
from clinical_records.schemas.notes import NoteOut
from clinical_records.use_cases.check_note import check_note
from clinical_records.use_cases.close_duties import close_duties
from clinical_records.use_cases.digest_note import digest_note
from clinical_records.use_cases.finalize_note import finalize_note
from clinical_records.use_cases.judge_signature import judge_signature
from clinical_records.use_cases.open_content import open_content
from clinical_records.use_cases.open_duty import open_duty
from clinical_records.use_cases.open_note import open_note
from clinical_records.use_cases.require_author import require_author
from clinical_records.use_cases.seal_content import seal_content


async def sign_note(tx: Transaction, note_id: UUID, *, by: Principal) -> NoteOut:
    """The author signs; the note is final, or waits for the supervisor of the day of service."""
    note = await queries.lock_note(tx, note_id)
    require_author(note, by=by)
    if note.status is not NoteStatus.DRAFT:
        raise NotSignable(f"The note is {note.status}; only a draft is signed.")
    said = {name: value for name, value in (await open_content(tx, note)).items() if name != "return_reason"}
    await check_note(tx, note, said)
    signing = await judge_signature(tx, note.service_date, by=by)
    await seal_content(tx, note, said)
    note.signed_at, note.supervisor_id, note.is_late = tx.now, signing.supervisor_id, is_late(note.ended_at, tx.now)
    note.content_hash = digest_note(note, said)
    await tx.stop_timers(subject=note.id)
    await close_duties(tx, DutyKind.NOTE_DUE, DutyKind.NOTE_OVERDUE, about=note.id, reason="signed", by=by)
    tx.audit("note.sign", subject=note.client_id, resource=note.id, by=by)
    tx.publish(NoteSigned(
        note_id=note.id, client_id=note.client_id, author_id=note.author_id, needs_cosign=signing.needs_cosign
    ))  # fmt: skip
    if not signing.needs_cosign:
        return await finalize_note(tx, note, signer=signing.standing, by=by)
    note.status = NoteStatus.PENDING_COSIGN
    assert signing.supervisor_id is not None
    due_at = tx.now + DUE_AFTER
    await open_duty(tx, DutyKind.COSIGN, subject_id=note.id, client_id=note.client_id, due_at=due_at,
                    rule="note.cosign", assignee_id=signing.supervisor_id, by=by)  # fmt: skip
    await tx.save(note)
    tx.publish(CosignRequested(
        note_id=note.id, client_id=note.client_id, author_id=note.author_id, supervisor_id=signing.supervisor_id,
        due_at=due_at,
    ))  # fmt: skip
    return await open_note(tx, note)
