from uuid import UUID

from shared.auth import Principal
from shared.contracts.clinical_records import NoteVoided
from shared.db import Transaction

from authorizations import queries
from authorizations.use_cases.reverse_unit import reverse_unit
from authorizations.use_cases.void_charge import void_charge
from authorizations.use_cases.weigh_open_charges import weigh_open_charges


async def take_back_note(tx: Transaction, note: NoteVoided, *, by: Principal) -> None:
    """A note was entered in error: its charge is void, its unit comes back, other charges are weighed anew."""
    await queries.lock_client(tx, note.client_id)
    await void_charge(tx, note.note_id, by=by)
    if note.appointment_id is not None:
        await take_back_session(tx, note.appointment_id, by=by)
    tx.audit("note.take_back", subject=note.client_id, resource=note.note_id, by=by)
    await weigh_open_charges(tx, note.client_id, by=by)


async def take_back_session(tx: Transaction, appointment_id: UUID, *, by: Principal) -> None:
    """Nothing is spent for it any more, nor when a new authorization comes."""
    appointment = await queries.find_appointment(tx, appointment_id)
    if appointment is None:
        return
    appointment.lacks_unit = False
    await reverse_unit(tx, appointment, by=by)
    await tx.save(appointment)
