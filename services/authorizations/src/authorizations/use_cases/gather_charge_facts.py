from shared.db import Transaction

from authorizations import queries
from authorizations.models import Charge
from authorizations.rules.charges import Consented, Facts, Rendering, billable
from authorizations.rules.consents import active_types, ended_types
from authorizations.rules.service_codes import collides
from authorizations.use_cases.attach_authorization import attach_authorization
from authorizations.use_cases.find_payment import find_payment


async def gather_charge_facts(tx: Transaction, charge: Charge) -> Facts:
    """All that readiness rests on, as this service knows it now; what belongs on a claim is kept on the charge."""
    await attach_authorization(tx, charge)
    episode = await queries.find_episode(tx, charge.episode_id)
    clinician = await queries.find_clinician(tx, charge.rendering_id)
    consents = await queries.list_consents(tx, charge.client_id)
    diagnoses = tuple((d.code, d.verification) for d in await queries.list_diagnoses(tx, charge.client_id))
    others = [line["code"] for other in await queries.list_same_day(tx, charge) for line in other.lines]
    charge.diagnosis_codes, charge.rendering_npi = list(billable(diagnoses)), clinician.npi if clinician else None
    code = charge.lines[0]["code"] if charge.lines else None
    is_cosigned, is_part2 = bool(clinician and clinician.needs_cosign), bool(episode and episode.is_part2)
    return Facts(
        charge.service_date, code, bool(code) and collides(code or "", others), charge.authorization_number, diagnoses,
        payment=await find_payment(tx, charge),
        rendering=Rendering(charge.rendering_npi, is_cosigned, charge.supervising_id is not None),
        consented=Consented(is_part2, active_types(consents, tx.now), ended_types(consents, tx.now)),
    )  # fmt: skip
