from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import NEEDS_KEY, Tx, leaving
from shared.pagination import Page, Paging

from clinical_records import queries
from clinical_records.models import Note
from clinical_records.rules.notes import NoteStatus
from clinical_records.schemas.notes import AddendumOut, ChainOut, NewAddendum, NewNote, NoteChange, NoteOut, NoteSummary
from clinical_records.schemas.reasons import Why
from clinical_records.scopes import CanReadNotes, CanSignNotes, CanWriteNotes
from clinical_records.use_cases.add_addendum import add_addendum
from clinical_records.use_cases.cosign_note import cosign_note
from clinical_records.use_cases.draft_note import draft_note
from clinical_records.use_cases.edit_note import edit_note
from clinical_records.use_cases.list_records import list_records
from clinical_records.use_cases.read_note import read_note
from clinical_records.use_cases.return_note import return_note
from clinical_records.use_cases.sign_note import sign_note
from clinical_records.use_cases.verify_chain import verify_chain
from clinical_records.use_cases.void_note import void_note

router = APIRouter(prefix="/v1/notes", tags=["notes"], route_class=leaving(DataClass.CLINICAL))
chains = APIRouter(prefix="/v1/note-chains", tags=["notes"], route_class=leaving(DataClass.CLINICAL))


@router.post("", response_model=NoteOut, status_code=201)
async def post_note(new: NewNote, tx: Tx, by: CanWriteNotes) -> NoteOut:
    """Begin a note that no appointment asks for."""
    return await draft_note(tx, new, by=by)


@router.get("", response_model=Page[NoteSummary])
async def list_notes(
    tx: Tx,
    by: CanReadNotes,
    page: Paging,
    client_id: UUID | None = None,
    episode_id: UUID | None = None,
    author_id: UUID | None = None,
    appointment_id: UUID | None = None,
    status: NoteStatus | None = None,
) -> Page[Note]:
    """List notes without their words, newest first."""
    found = queries.list_notes(
        tx, page,
        client_id=client_id, episode_id=episode_id, author_id=author_id, appointment_id=appointment_id, status=status,
    )  # fmt: skip
    return await list_records(tx, found, by=by)


@router.get("/{note_id}", response_model=NoteOut)
async def get_note(note_id: UUID, tx: Tx, by: CanReadNotes) -> NoteOut:
    """Show one note with its addenda."""
    return await read_note(tx, note_id, by=by)


@router.patch("/{note_id}", response_model=NoteOut)
async def patch_note(note_id: UUID, change: NoteChange, tx: Tx, by: CanWriteNotes) -> NoteOut:
    """Write on in an own draft or returned note."""
    return await edit_note(tx, note_id, change, by=by)


@router.post("/{note_id}/signature", response_model=NoteOut, openapi_extra=NEEDS_KEY)
async def post_note_signature(note_id: UUID, tx: Tx, by: CanSignNotes) -> NoteOut:
    """Sign an own note; it is final, or awaits the supervisor's co-signature."""
    return await sign_note(tx, note_id, by=by)


@router.post("/{note_id}/cosignature", response_model=NoteOut, openapi_extra=NEEDS_KEY)
async def post_note_cosignature(note_id: UUID, tx: Tx, by: CanSignNotes) -> NoteOut:
    """Co-sign as the supervisor assigned on the day of service."""
    return await cosign_note(tx, note_id, by=by)


@router.post("/{note_id}/return", response_model=NoteOut)
async def post_note_return(note_id: UUID, why: Why, tx: Tx, by: CanSignNotes) -> NoteOut:
    """Give a note back to its author and say why."""
    return await return_note(tx, note_id, why.reason, by=by)


@router.post("/{note_id}/addenda", response_model=AddendumOut, status_code=201)
async def post_addendum(note_id: UUID, new: NewAddendum, tx: Tx, by: CanSignNotes) -> AddendumOut:
    """Add to a final note under an own signature."""
    return await add_addendum(tx, note_id, new.text, by=by)


@router.post("/{note_id}/void", response_model=NoteOut, openapi_extra=NEEDS_KEY)
async def post_note_void(note_id: UUID, why: Why, tx: Tx, by: CanSignNotes) -> NoteOut:
    """Take back a note entered in error; it takes its author and a supervisor."""
    return await void_note(tx, note_id, why.reason, by=by)


@chains.get("/{client_id}", response_model=ChainOut)
async def get_note_chain(client_id: UUID, tx: Tx, by: CanReadNotes) -> ChainOut:
    """Check that all that was signed about a client is still what was signed."""
    return await verify_chain(tx, client_id, by=by)
