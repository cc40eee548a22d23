from uuid import UUID

from shared.auth import Principal
from shared.contracts.authorizations import ChargeVoided
from shared.db import Transaction

from authorizations import queries
from authorizations.rules.charges import NEXT, ChargeStatus
from authorizations.use_cases.open_task import open_task


async def void_charge(tx: Transaction, note_id: UUID, *, by: Principal) -> None:
    """The charge of a voided note. What went out on a claim already is for the biller to take back."""
    charge = await queries.find_charge_of_note(tx, note_id)
    if charge is None or charge.status is ChargeStatus.VOID:
        return
    if ChargeStatus.VOID not in NEXT[charge.status]:
        await open_task(tx, "claim_of_voided_note", subject_id=charge.id, client_id=charge.client_id, by=by)
        return
    charge.status, charge.reason_codes = ChargeStatus.VOID, []
    await tx.save(charge)
    tx.audit("charge.void", subject=charge.client_id, resource=charge.id, by=by)
    tx.publish(
        ChargeVoided(
            charge_id=charge.id, client_id=charge.client_id, note_id=note_id, appointment_id=charge.appointment_id
        )
    )
