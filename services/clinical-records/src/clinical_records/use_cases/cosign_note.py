from uuid import UUID

from shared.auth import Principal
from shared.contracts.clinical_records import NoteCosigned
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import NotCosignable
from clinical_records.rules.duties import DutyKind
from clinical_records.rules.notes import NoteStatus
from clinical_records.schemas.notes import NoteOut
from clinical_records.use_cases.close_duties import close_duties
from clinical_records.use_cases.finalize_note import finalize_note
from clinical_records.use_cases.require_cosigner import require_cosigner


async def cosign_note(tx: Transaction, note_id: UUID, *, by: Principal) -> NoteOut:
    """The supervisor of the day of service adds his signature; the note is final."""
    note = await queries.lock_note(tx, note_id)
    if note.status is not NoteStatus.PENDING_COSIGN:
        raise NotCosignable(f"The note is {note.status}; only one that awaits it is co-signed.")
    require_cosigner(note, by=by)
    note.cosigned_at = tx.now
    await close_duties(tx, DutyKind.COSIGN, about=note.id, reason="cosigned", by=by)
    tx.publish(NoteCosigned(
        note_id=note.id, client_id=note.client_id, author_id=note.author_id, supervisor_id=by.id
    ))  # fmt: skip
    return await finalize_note(tx, note, signer={"roles": sorted(by.roles), "as": "supervisor"}, by=by)
