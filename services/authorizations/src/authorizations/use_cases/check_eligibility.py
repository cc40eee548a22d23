from collections.abc import Sequence
from datetime import date

from privacy import DataClass
from shared.auth import Principal
from shared.db import Transaction

from authorizations import queries
from authorizations.models import Coverage, EligibilityCheck
from authorizations.rules.eligibility import EligibilityStatus
from authorizations.rules.payers import Adapter
from authorizations.use_cases.find_labels import find_labels
from authorizations.use_cases.open_task import open_task


async def check_eligibility(
    tx: Transaction, coverage: Coverage, *, service_date: date, service_types: Sequence[str], by: Principal
) -> EligibilityCheck:
    """Ask the payer; where no machine can be asked, staff are."""
    payer = await queries.get_payer(tx, coverage.payer_id)
    check = await tx.add(
        EligibilityCheck(
            id=tx.new_id("eligibility_check"),
            coverage_id=coverage.id,
            client_id=coverage.client_id,
            payer_id=payer.id,
            asked_at=tx.now,
            service_date=service_date,
            service_types=list(dict.fromkeys(service_types)),
            status=EligibilityStatus.PENDING,
            auth_required={},
            error_codes=[],
            security_labels=await find_labels(tx, DataClass.BILLING, coverage.client_id, None),
        )
    )
    tx.audit("eligibility.check", subject=coverage.client_id, resource=check.id, by=by)
    if payer.adapter is Adapter.PAS_FHIR:
        await tx.send("payer.eligibility", subject=check.id, payload={}, target=payer.id)
    else:
        await open_task(tx, "eligibility_manual", subject_id=check.id, client_id=check.client_id, by=by)
    return check
