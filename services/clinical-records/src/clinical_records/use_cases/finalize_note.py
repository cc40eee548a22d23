from collections.abc import Mapping
from typing import Any

from shared.auth import Principal
from shared.contracts.clinical_records import NoteFinalized
from shared.db import Transaction

from clinical_records.models import Note
from clinical_records.rules.notes import SERVICE_OF_KIND, NoteStatus
from clinical_records.schemas.notes import NoteOut
from clinical_records.use_cases.append_link import append_link
from clinical_records.use_cases.open_note import open_note


async def finalize_note(tx: Transaction, note: Note, *, signer: Mapping[str, Any], by: Principal) -> NoteOut:
    """Every signature is there: the note never changes again, and what a charge needs is told."""
    note.status = NoteStatus.FINAL
    await tx.save(note)
    await append_link(tx, note, "note", note.id, note.content_hash or "", signer=signer, by=by)
    tx.audit("note.finalize", subject=note.client_id, resource=note.id, by=by)
    if note.appointment_id and note.episode_id:
        tx.publish(NoteFinalized(
            note_id=note.id, client_id=note.client_id, episode_id=note.episode_id, clinic_id=note.clinic_id,
            appointment_id=note.appointment_id, author_id=note.author_id, supervisor_id=note.supervisor_id,
            service_kind=SERVICE_OF_KIND.get(note.kind, note.kind), service_date=note.service_date,
            minutes=note.minutes, is_telehealth=note.is_telehealth, client_present=note.client_present,
        ))  # fmt: skip
    return await open_note(tx, note)
