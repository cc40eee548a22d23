from uuid import UUID

from shared.auth import Principal
from shared.contracts.clinical_records import NoteOverdue
from shared.db import Transaction

from clinical_records import queries
from clinical_records.rules.duties import DutyKind, end_of_day
from clinical_records.rules.notes import EDITABLE
from clinical_records.rules.signing import SUPERVISOR
from clinical_records.use_cases.open_duty import open_duty


async def flag_overdue_note(tx: Transaction, note_id: UUID, *, by: Principal) -> None:
    """Seven days after the session the note is still unsigned: the supervisor hears of it."""
    note = await queries.lock_note_bare(tx, note_id)
    if note.status not in EDITABLE:
        return
    supervisor_id = await queries.find_supervisor(tx, note.author_id, note.service_date)
    tx.publish(NoteOverdue(note_id=note.id, client_id=note.client_id, author_id=note.author_id))
    await open_duty(
        tx,
        DutyKind.NOTE_OVERDUE,
        subject_id=note.id,
        client_id=note.client_id,
        due_at=end_of_day(tx.now, await queries.timezone(tx)),
        rule="note.7_days",
        assignee_id=supervisor_id,
        role=None if supervisor_id else SUPERVISOR,
        by=by,
    )
