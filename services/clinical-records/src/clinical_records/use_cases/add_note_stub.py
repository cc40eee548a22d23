from privacy import DataClass
from shared.access import relate
from shared.auth import Principal
from shared.contracts.clinical_records import NoteDue
from shared.contracts.scheduling import AppointmentKept
from shared.db import Transaction
from shared.errors import Early

from clinical_records import queries
from clinical_records.models import Note
from clinical_records.rules.care_team import FINISHING_TIME
from clinical_records.rules.duties import DutyKind
from clinical_records.rules.notes import (
    DUE_AFTER,
    KIND_OF_APPOINTMENT,
    OVERDUE_AFTER,
    NoteFormat,
    NoteStatus,
    Place,
)
from clinical_records.use_cases.find_labels import find_labels
from clinical_records.use_cases.open_duty import open_duty


async def add_note_stub(tx: Transaction, kept: AppointmentKept, *, by: Principal) -> None:
    """A session was kept: its clinician owes a note within 72 hours."""
    kind = KIND_OF_APPOINTMENT.get(kept.kind)
    if kind is None:
        return
    if not await queries.find_client(tx, kept.client_id):
        raise Early(f"client:{kept.client_id}")
    episode = await queries.find_open_episode(tx, kept.client_id)
    due_at = kept.ended_at + DUE_AFTER
    episode_id = kept.episode_id or (episode.id if episode else None)
    note = await tx.add(Note(
        id=tx.new_id("note"), client_id=kept.client_id, clinic_id=kept.clinic_id, author_id=kept.provider_id,
        episode_id=episode_id, appointment_id=kept.appointment_id, kind=kind,
        security_labels=await find_labels(tx, DataClass.CLINICAL, kept.client_id, episode_id),
        format=NoteFormat.SOAP, status=NoteStatus.DRAFT, service_date=kept.service_date, timezone=kept.timezone,
        started_at=kept.started_at, ended_at=kept.ended_at, minutes=kept.minutes, is_telehealth=kept.is_telehealth,
        place=None if kept.is_telehealth else Place.OFFICE, attendees=["client"], due_at=due_at,
    ))  # fmt: skip
    await relate(tx, staff_id=kept.provider_id, client_id=kept.client_id, kind="appointment", since=kept.started_at,
                 until=kept.ended_at + FINISHING_TIME)  # fmt: skip
    await tx.start_timer("note_overdue", subject=note.id, due_at=kept.ended_at + OVERDUE_AFTER)
    tx.audit("note.stub", subject=note.client_id, resource=note.id, by=by)
    tx.publish(NoteDue(note_id=note.id, client_id=note.client_id, appointment_id=kept.appointment_id, due_at=due_at))
    await open_duty(tx, DutyKind.NOTE_DUE, subject_id=note.id, client_id=note.client_id, due_at=due_at,
                    rule="note.72_hours", assignee_id=note.author_id, by=by)  # fmt: skip
