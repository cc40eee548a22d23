from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from authorizations import queries
from authorizations.rules.authorizations import first_of_next_month, start_of
from authorizations.rules.coverages import in_force
from authorizations.use_cases.check_eligibility import check_eligibility
from authorizations.use_cases.find_today import find_today


async def recheck_eligibility(tx: Transaction, coverage_id: UUID, *, by: Principal) -> None:
    """On the first of a month, as long as the coverage runs and the client is in care."""
    coverage = await queries.get_coverage(tx, coverage_id)
    today, zone = await find_today(tx)
    if not in_force(coverage, today):
        return
    if await queries.list_open_episodes(tx, coverage.client_id):
        await check_eligibility(tx, coverage, service_date=today, service_types=("MH", "A6"), by=by)
    again_at = start_of(first_of_next_month(today), zone)
    await tx.start_timer("eligibility_recheck", subject=coverage.id, due_at=again_at, key=again_at.date().isoformat())
