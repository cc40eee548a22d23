from privacy import DataClass
from shared.auth import Principal
from shared.contracts.authorizations import CoverageAdded
from shared.db import Transaction

from authorizations import queries
from authorizations.errors import DatesReversed, PayerInactive
from authorizations.models import Coverage
from authorizations.rules.authorizations import first_of_next_month, start_of
from authorizations.schemas import NewCoverage
from authorizations.use_cases.find_labels import find_labels
from authorizations.use_cases.find_today import find_today
from authorizations.use_cases.weigh_open_charges import weigh_open_charges


async def add_coverage(tx: Transaction, new: NewCoverage, *, by: Principal) -> Coverage:
    await queries.get_client(tx, new.client_id)
    payer = await queries.get_payer(tx, new.payer_id)
    if not payer.is_active:
        raise PayerInactive("Choose an active payer.")
    if new.valid_until is not None and new.valid_until < new.valid_from:
        raise DatesReversed("A coverage ends on or after the day on which it begins.", pointer="/valid_until")
    labels = await find_labels(tx, DataClass.BILLING, new.client_id, None)
    coverage = await tx.add(Coverage(**new.model_dump(), security_labels=labels))
    today, zone = await find_today(tx)
    again_at = start_of(first_of_next_month(today), zone)
    await tx.start_timer("eligibility_recheck", subject=coverage.id, due_at=again_at, key=again_at.date().isoformat())
    tx.audit("coverage.add", subject=coverage.client_id, resource=coverage.id, by=by)
    tx.publish(
        CoverageAdded(
            coverage_id=coverage.id,
            client_id=coverage.client_id,
            payer_id=payer.id,
            valid_from=coverage.valid_from,
            valid_until=coverage.valid_until,
        )
    )
    await weigh_open_charges(tx, coverage.client_id, by=by)
    return coverage
