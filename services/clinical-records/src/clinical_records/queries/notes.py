"""Notes, their addenda and the chain of their links."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from shared.access import visible
from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlalchemy import func, or_, select
from sqlmodel import col

from clinical_records.models import Note, NoteAddendum, NoteLink
from clinical_records.queries.statements import bare, by_id, lists, paged, uuid
from clinical_records.rules.notes import NoteKind, NoteStatus

READABLE = or_(
    func.coalesce(func.current_setting("app.reach", True), "") != "own", col(Note.status) == NoteStatus.FINAL
)
NOTE = by_id(Note).where(READABLE)
NOTE_LOCK = by_id(Note).with_for_update()
NOTE_BARE_LOCK = bare(Note).with_for_update()
NOTES = lists(
    Note, "client_id", "episode_id", "author_id", "appointment_id", "status", base=select(Note).where(READABLE)
)
ADDENDA = (
    select(NoteAddendum)
    .where(col(NoteAddendum.note_id) == uuid("note_id"), visible(col(NoteAddendum.client_id)))
    .order_by(col(NoteAddendum.id))
)
LINKS = (
    select(NoteLink)
    .where(col(NoteLink.client_id) == uuid("client_id"), visible(col(NoteLink.client_id)))
    .order_by(col(NoteLink.number))
)
LAST_SERVICE = select(func.max(col(Note.service_date))).where(
    col(Note.episode_id) == uuid("episode_id"),
    col(Note.status) != NoteStatus.VOIDED,
    col(Note.kind) != NoteKind.NO_SHOW,
    col(Note.appointment_id).is_not(None),
)


async def get_note(tx: Transaction, note_id: UUID) -> Note:
    return await tx.fetch_one(Note, NOTE, id=note_id)


async def lock_note(tx: Transaction, note_id: UUID) -> Note:
    return await tx.fetch_one(Note, NOTE_LOCK, id=note_id)


async def lock_note_bare(tx: Transaction, note_id: UUID) -> Note:
    return await tx.fetch_one(Note, NOTE_BARE_LOCK, id=note_id)


async def list_notes(
    tx: Transaction,
    page: PageRequest,
    *,
    client_id: UUID | None,
    episode_id: UUID | None,
    author_id: UUID | None,
    appointment_id: UUID | None,
    status: NoteStatus | None,
) -> Page[Note]:
    return await paged(
        tx, Note, NOTES, page,
        client_id=client_id, episode_id=episode_id, author_id=author_id, appointment_id=appointment_id, status=status,
    )  # fmt: skip


async def list_addenda(tx: Transaction, note_id: UUID) -> list[NoteAddendum]:
    return await tx.fetch_all(NoteAddendum, ADDENDA, note_id=note_id)


async def list_links(tx: Transaction, client_id: UUID) -> list[NoteLink]:
    return await tx.fetch_all(NoteLink, LINKS, client_id=client_id)


async def last_service(tx: Transaction, episode_id: UUID) -> date | None:
    found: Sequence[Any] = await tx.rows(LAST_SERVICE, episode_id=episode_id)
    day: date | None = found[0][0]
    return day
