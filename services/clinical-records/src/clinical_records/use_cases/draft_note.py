from privacy import DataClass
from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import Incomplete
from clinical_records.models import Note
from clinical_records.rules.duties import day_of
from clinical_records.rules.notes import NoteFormat, NoteStatus
from clinical_records.schemas.notes import NewNote, NoteContent, NoteOut
from clinical_records.use_cases.find_labels import find_labels
from clinical_records.use_cases.open_note import open_note
from clinical_records.use_cases.write_note import write_note


async def draft_note(tx: Transaction, new: NewNote, *, by: Principal) -> NoteOut:
    """Begin a note that no appointment asks for: a call, a consultation, a no-show."""
    client = await queries.get_client(tx, new.client_id)
    if not new.started_at < new.ended_at <= tx.now:
        raise Incomplete("It ends after it starts, and not in the future.", pointer="/ended_at")
    episode = await queries.find_open_episode(tx, client.id)
    zone = await queries.clinic_timezone(tx, client.clinic_id)
    note = Note(
        client_id=client.id, clinic_id=client.clinic_id, episode_id=episode.id if episode else None, author_id=by.id,
        kind=new.kind, format=NoteFormat.SOAP, status=NoteStatus.DRAFT, service_date=day_of(new.started_at, zone),
        timezone=zone, started_at=new.started_at, ended_at=new.ended_at,
        minutes=int((new.ended_at - new.started_at).total_seconds() // 60),
        security_labels=await find_labels(tx, DataClass.CLINICAL, client.id, episode.id if episode else None),
    )  # fmt: skip
    await write_note(tx, note, NoteContent.model_validate(new.model_dump(include=new.model_fields_set & CONTENT)))
    await tx.add(note)
    tx.audit("note.draft", subject=note.client_id, resource=note.id, by=by)
    return await open_note(tx, note)


CONTENT = set(NoteContent.model_fields)
