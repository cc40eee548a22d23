from shared.auth import Principal
from shared.contracts.clinical_records import NoteFinalized
from shared.db import Transaction
from shared.errors import Early

from authorizations import queries
from authorizations.rules.appointments import AppointmentStatus
from authorizations.rules.service_codes import canonical
from authorizations.use_cases.weigh_charge import weigh_charge
from authorizations.use_cases.write_charge import write_charge


async def file_charge(tx: Transaction, note: NoteFinalized, *, by: Principal) -> None:
    """A final note of a kept session is a candidate for billing."""
    await queries.lock_client(tx, note.client_id)
    await queries.lock_clinician(tx, note.author_id)
    appointment = await queries.find_appointment(tx, note.appointment_id)
    if appointment is None or appointment.status is not AppointmentStatus.KEPT:
        raise Early(f"kept:{note.appointment_id}")
    if await queries.find_episode(tx, note.episode_id) is None:
        raise Early(f"episode:{note.episode_id}")
    tx.audit("charge.file", subject=note.client_id, resource=note.note_id, by=by)
    service = canonical(note.service_kind)
    if service is not None:
        await weigh_charge(tx, await write_charge(tx, note, service), by=by)
