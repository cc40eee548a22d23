from shared.auth import Principal
from shared.contracts.workforce import ClinicianProfileChanged
from shared.db import Transaction

from authorizations import queries
from authorizations.use_cases.weigh_charge import weigh_charge


async def note_clinician(tx: Transaction, profile: ClinicianProfileChanged, *, by: Principal) -> None:
    await queries.lock_clinician(tx, profile.clinician_id)
    await queries.keep(
        tx, queries.KEEP_CLINICIAN, profile.clinician_id, npi=profile.npi, needs_cosign=profile.needs_cosign
    )
    for charge in await queries.lock_charges_of_clinician(tx, profile.clinician_id):
        await weigh_charge(tx, charge, by=by)
