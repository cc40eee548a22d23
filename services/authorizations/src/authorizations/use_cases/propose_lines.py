from shared.db import Transaction

from authorizations import queries
from authorizations.models import Charge
from authorizations.rules.coverages import paying
from authorizations.rules.service_codes import CodeScheme, Rounding, Suggestion, suggest


async def propose_lines(tx: Transaction, charge: Charge) -> Suggestion:
    """The code by the minutes, as the payer of that day counts; keeps coverage and payer on the charge."""
    coverage = paying(await queries.list_coverages_of(tx, charge.client_id), charge.service_date)
    payer = await queries.get_payer(tx, coverage.payer_id) if coverage else None
    charge.coverage_id, charge.payer_id = (coverage.id, coverage.payer_id) if coverage else (None, None)
    return suggest(
        charge.service_kind,
        charge.minutes,
        charge.service_date,
        client_present=charge.client_present,
        scheme=payer.code_scheme if payer else CodeScheme.CPT,
        rounding=payer.rounding if payer else Rounding.MIDPOINT,
    )
