from shared.db import Transaction

from authorizations import queries
from authorizations.models import Charge
from authorizations.rules.charges import Payment
from authorizations.use_cases.find_need import find_need


async def find_payment(tx: Transaction, charge: Charge) -> Payment:
    """Who pays for a charge and on what terms."""
    need = await find_need(tx, charge.client_id, service_kind=charge.service_kind, on=charge.service_date)
    if charge.coverage_id is None:
        return Payment(need)
    coverage = await queries.get_coverage(tx, charge.coverage_id)
    payer, check = await queries.get_payer(tx, coverage.payer_id), await queries.find_latest_answer(tx, coverage.id)
    eligibility = check.status if check else None
    return Payment(
        need, payer.payer_type, coverage.valid_from, coverage.valid_until, eligibility, payer.takes_supervised
    )
