from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.schemas.notes import NoteOut
from clinical_records.use_cases.open_note import open_note
from clinical_records.use_cases.read_record import read_record


async def read_note(tx: Transaction, note_id: UUID, *, by: Principal) -> NoteOut:
    """Show one note."""
    return await open_note(tx, await read_record(tx, queries.get_note, note_id, by=by))
