from shared.auth import Principal
from shared.db import Transaction
from shared.errors import Invalid

from gateway import queries
from gateway.models import SignInPolicy
from gateway.schemas.sign_in_clients import SignInPolicyChange


async def read_sign_in_policy(tx: Transaction) -> SignInPolicy:
    """What the agency decided, or what holds where it decided nothing."""
    return await queries.find_sign_in_policy(tx) or SignInPolicy(id=tx.agency_id, agency_id=tx.agency_id)


async def change_sign_in_policy(tx: Transaction, change: SignInPolicyChange, *, by: Principal) -> SignInPolicy:
    kept = await queries.find_sign_in_policy(tx)
    policy = kept or SignInPolicy(id=tx.agency_id)
    tx.expect(policy)
    for name, value in change.changes().items():
        setattr(policy, name, value)
    if policy.idle_minutes > policy.session_minutes:
        raise Invalid("A session ends unused before it ends at all.", pointer="/idle_minutes")
    tx.audit("sign_in_policy.change", resource=tx.agency_id, by=by)
    return await (tx.save(policy) if kept else tx.add(policy))
