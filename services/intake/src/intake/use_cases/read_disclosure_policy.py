from shared.auth import Principal
from shared.db import Transaction

from intake import queries
from intake.models import DisclosurePolicy


async def read_disclosure_policy(tx: Transaction, *, by: Principal) -> DisclosurePolicy:
    """What the agency's state asks; nothing more than federal law where nobody said so."""
    tx.audit("disclosure_policy.read", by=by)
    return await queries.find_disclosure_policy(tx) or DisclosurePolicy(id=tx.agency_id, needs_consent=[])
