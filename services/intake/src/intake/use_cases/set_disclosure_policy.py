from shared.auth import Principal
from shared.db import Transaction

from intake import queries
from intake.models import DisclosurePolicy
from intake.rules.disclosures import OUTLAST
from intake.schemas.disclosures import NewDisclosurePolicy


async def set_disclosure_policy(tx: Transaction, new: NewDisclosurePolicy, *, by: Principal) -> DisclosurePolicy:
    """From the acknowledgement on every disclosure is decided by it."""
    values = new.model_dump(mode="json")
    tx.outlast_permits(OUTLAST)
    tx.audit("disclosure_policy.set", by=by)
    policy = await queries.lock_disclosure_policy(tx)
    if policy is None:
        return await tx.add(DisclosurePolicy(id=tx.agency_id, **values))
    tx.expect(policy)
    policy.minors_consent_from, policy.needs_consent = values["minors_consent_from"], values["needs_consent"]
    return await tx.save(policy)
