from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from authorizations import queries
from authorizations.errors import CheckNotOpen
from authorizations.models import EligibilityCheck
from authorizations.rules.eligibility import NEXT, Benefits, complete_flags
from authorizations.schemas import EligibilityResult
from authorizations.use_cases.settle_eligibility import settle_eligibility


async def enter_eligibility(
    tx: Transaction, check_id: UUID, result: EligibilityResult, *, by: Principal
) -> EligibilityCheck:
    """Staff record what the payer's portal or telephone said."""
    check = await queries.lock_check(tx, check_id)
    if result.status not in NEXT[check.status]:
        raise CheckNotOpen(f"The check is {check.status}; only a pending one takes an answer.")
    check.evidence_reference = result.evidence_reference
    flags = complete_flags(check.service_types, result.auth_required)
    benefits = Benefits(
        result.status, flags, result.in_network, result.copay, result.deductible_remaining, result.visits_remaining
    )
    return await settle_eligibility(tx, check, benefits, by=by)
