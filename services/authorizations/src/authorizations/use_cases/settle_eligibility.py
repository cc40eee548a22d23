from dataclasses import asdict

from shared.auth import Principal
from shared.contracts.authorizations import EligibilityChecked
from shared.db import Transaction

from authorizations.models import EligibilityCheck
from authorizations.rules.eligibility import Benefits
from authorizations.use_cases.close_tasks import close_tasks
from authorizations.use_cases.weigh_open_charges import weigh_open_charges


async def settle_eligibility(
    tx: Transaction, check: EligibilityCheck, benefits: Benefits, *, by: Principal
) -> EligibilityCheck:
    """Keep the answer, tell it, and weigh what waited for it."""
    found = {**asdict(benefits), "error_codes": list(benefits.error_codes)}
    for name, value in found.items():
        setattr(check, name, value)
    check.answered_at = tx.now
    await tx.save(check)
    tx.audit("eligibility.answer", subject=check.client_id, resource=check.id, by=by)
    tx.publish(
        EligibilityChecked(
            check_id=check.id,
            coverage_id=check.coverage_id,
            client_id=check.client_id,
            status=check.status,
            service_date=check.service_date,
            auth_required=check.auth_required,
        )
    )
    await close_tasks(tx, "eligibility_manual", subject_id=check.id, reason="answered")
    await weigh_open_charges(tx, check.client_id, by=by)
    return check
