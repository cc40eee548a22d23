from typing import Any

from privacy import DataClass
from shared.auth import Principal
from shared.db import Transaction

from authorizations.models import Appointment, Authorization, UnitEntry
from authorizations.rules.authorizations import after_units
from authorizations.rules.units import Movement
from authorizations.use_cases.find_labels import find_labels
from authorizations.use_cases.tell_units import tell_units


async def move_units(
    tx: Transaction, authorization: Authorization, appointment: Appointment, *, move: Movement, by: Principal
) -> None:
    """One entry of the ledger and the balance with it; the row is locked, and a CHECK refuses to overspend."""
    authorization.used, authorization.reserved = move.after.used, move.after.reserved
    authorization.status = after_units(authorization.status, authorization.used, authorization.approved)
    await tell_units(tx, authorization, appointment.id, kind=move.kind, by=by)
    await tx.save(authorization)
    about: dict[str, Any] = {"client_id": authorization.client_id, "service_date": appointment.service_date}
    entry = UnitEntry(id=tx.new_id(f"unit_entry:{move.kind}:{appointment.id}"), appointment_id=appointment.id, **about)
    entry.authorization_id, entry.sequence = authorization.id, authorization.version
    entry.kind, entry.units = move.kind, move.units
    entry.used_after, entry.reserved_after = move.after.used, move.after.reserved
    entry.security_labels = await find_labels(tx, DataClass.BILLING, entry.client_id, appointment.episode_id)
    await tx.add(entry)
    tx.audit(f"unit.{move.kind}", subject=authorization.client_id, resource=authorization.id, by=by)
