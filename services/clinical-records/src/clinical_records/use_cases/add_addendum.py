from uuid import UUID

from privacy import DataClass
from shared.auth import Principal
from shared.contracts.clinical_records import NoteAddended
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import NotFinal
from clinical_records.models import NoteAddendum
from clinical_records.rules.notes import NoteStatus
from clinical_records.rules.signing import content_hash
from clinical_records.schemas.notes import AddendumOut
from clinical_records.use_cases.append_link import append_link
from clinical_records.use_cases.find_labels import find_labels
from clinical_records.use_cases.judge_signature import judge_signature
from clinical_records.use_cases.open_note import open_addendum
from clinical_records.use_cases.seal_content import seal_content


async def add_addendum(tx: Transaction, note_id: UUID, text: str, *, by: Principal) -> AddendumOut:
    """Add to a final note under an own signature; the note itself stays as it is."""
    note = await queries.lock_note(tx, note_id)
    if note.status is not NoteStatus.FINAL:
        raise NotFinal(f"The note is {note.status}.")
    signing = await judge_signature(tx, note.service_date, by=by)
    content = content_hash({"note": note.id, "by": by.id, "text": text})
    labels = await find_labels(tx, DataClass.CLINICAL, note.client_id, note.episode_id)
    row = NoteAddendum(
        note_id=note.id, client_id=note.client_id, author_id=by.id, content_hash=content, security_labels=labels
    )
    await seal_content(tx, row, {"text": text})
    await tx.add(row)
    await append_link(tx, note, "addendum", row.id, row.content_hash, signer=signing.standing, by=by)
    tx.audit("note.addend", subject=note.client_id, resource=note.id, by=by)
    tx.publish(NoteAddended(
        note_id=note.id, client_id=note.client_id, addendum_id=row.id, author_id=by.id,
        appointment_id=note.appointment_id,
    ))  # fmt: skip
    return await open_addendum(tx, row)
