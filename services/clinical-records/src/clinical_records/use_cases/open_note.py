from shared.db import Transaction

from clinical_records import queries
from clinical_records.models import Note, NoteAddendum
from clinical_records.schemas.notes import AddendumOut, NoteOut
from clinical_records.use_cases.open_content import open_content


async def open_note(tx: Transaction, note: Note) -> NoteOut:
    """A note in plain words, with what was added later."""
    addenda = [await open_addendum(tx, row) for row in await queries.list_addenda(tx, note.id)]
    return NoteOut.model_validate({**note.model_dump(), **await open_content(tx, note), "addenda": addenda})


async def open_addendum(tx: Transaction, row: NoteAddendum) -> AddendumOut:
    return AddendumOut.model_validate({**row.model_dump(), **await open_content(tx, row)})
