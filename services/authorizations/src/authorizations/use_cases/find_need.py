from datetime import date
from uuid import UUID

from shared.db import Transaction

from authorizations import queries
from authorizations.rules.coverages import paying
from authorizations.rules.eligibility import Needed, needed
from authorizations.rules.service_codes import ServiceKind


async def find_need(tx: Transaction, client_id: UUID, *, service_kind: ServiceKind, on: date) -> Needed:
    """Whether a service on that day needs an authorization, as far as the payer has said."""
    coverage = paying(await queries.list_coverages_of(tx, client_id), on)
    if coverage is None:
        return Needed.UNKNOWN
    if await queries.is_waived(tx, coverage.id, service_kind=service_kind, on=on):
        return Needed.NOT_REQUIRED
    payer, check = await queries.get_payer(tx, coverage.payer_id), await queries.find_latest_answer(tx, coverage.id)
    return needed(payer.payer_type, check.status if check else None, check.auth_required if check else {}, service_kind)
