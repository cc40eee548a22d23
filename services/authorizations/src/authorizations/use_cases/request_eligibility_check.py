from shared.auth import Principal
from shared.db import Transaction

from authorizations import queries
from authorizations.models import EligibilityCheck
from authorizations.schemas import NewEligibilityCheck
from authorizations.use_cases.check_eligibility import check_eligibility


async def request_eligibility_check(tx: Transaction, new: NewEligibilityCheck, *, by: Principal) -> EligibilityCheck:
    coverage = await queries.get_coverage(tx, new.coverage_id)
    return await check_eligibility(tx, coverage, service_date=new.service_date, service_types=new.service_types, by=by)
