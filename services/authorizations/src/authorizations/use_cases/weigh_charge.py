from dataclasses import asdict

from shared.auth import Principal
from shared.contracts.authorizations import ChargeBlocked, ChargeReady
from shared.db import Transaction

from authorizations.models import Charge
from authorizations.rules.charges import OPEN, ChargeStatus, next_status, weigh
from authorizations.use_cases.gather_charge_facts import gather_charge_facts
from authorizations.use_cases.propose_lines import propose_lines


async def weigh_charge(tx: Transaction, charge: Charge, *, by: Principal) -> None:
    """Apply every check; tell it only when the verdict is another than before."""
    if charge.status not in OPEN:
        return
    before = charge.status, list(charge.reason_codes)
    charge.lines = [asdict(line) for line in (await propose_lines(tx, charge)).lines]
    reasons = weigh(await gather_charge_facts(tx, charge))
    charge.status, charge.reason_codes = next_status(reasons), list(reasons)
    await tx.save(charge)
    if before == (charge.status, charge.reason_codes):
        return
    tx.audit(f"charge.{charge.status}", subject=charge.client_id, resource=charge.id, by=by)
    about = {"charge_id": charge.id, "client_id": charge.client_id, "note_id": charge.note_id}
    if charge.status is ChargeStatus.READY:
        tx.publish(ChargeReady(**about, appointment_id=charge.appointment_id))
    else:
        tx.publish(ChargeBlocked(**about, reason_codes=reasons))
