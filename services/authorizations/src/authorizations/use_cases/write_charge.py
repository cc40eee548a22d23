from typing import Any

from privacy import DataClass
from shared.contracts.clinical_records import NoteFinalized
from shared.db import Transaction

from authorizations import queries
from authorizations.models import Charge
from authorizations.rules.charges import OPEN, ChargeStatus, place
from authorizations.rules.service_codes import ServiceKind
from authorizations.use_cases.find_labels import find_labels

SAME = {
    "note_id", "appointment_id", "client_id", "episode_id", "clinic_id", "service_date", "minutes", "is_telehealth",
    "client_present",
}  # fmt: skip


async def write_charge(tx: Transaction, note: NoteFinalized, service: ServiceKind) -> Charge:
    """One charge per note; a newer version of the note corrects it as long as nothing went out."""
    location, modifiers = place(note.is_telehealth)
    told: dict[str, Any] = note.model_dump(include=SAME) | {
        "service_kind": service, "rendering_id": note.author_id, "supervising_id": note.supervisor_id,
        "place_of_service": location, "modifiers": list(modifiers),
        "security_labels": await find_labels(tx, DataClass.BILLING, note.client_id, note.episode_id)}  # fmt: skip
    charge = await queries.find_charge_of_note(tx, note.note_id)
    if charge is None:
        fresh: dict[str, Any] = {
            "status": ChargeStatus.CANDIDATE,
            "reason_codes": [],
            "lines": [],
            "diagnosis_codes": [],
        }
        return await tx.add(Charge(id=tx.new_id("charge"), **fresh, **told))
    if charge.status in OPEN:
        for name, value in told.items():
            setattr(charge, name, value)
    return charge
