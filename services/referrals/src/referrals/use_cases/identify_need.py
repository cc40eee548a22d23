from privacy import DataClass
from shared.auth import Principal
from shared.contracts.referrals import NeedIdentified
from shared.db import Transaction

from referrals import queries
from referrals.models import Need
from referrals.rules.needs import NeedStatus
from referrals.schemas import NewNeed
from referrals.use_cases.find_labels import find_labels


async def identify_need(tx: Transaction, new: NewNeed, *, by: Principal) -> Need:
    await queries.get_visible_client(tx, new.client_id)
    need = await tx.add(Need(
        **new.model_dump(), status=NeedStatus.OPEN, identified_at=tx.now, identified_by=by.id,
        security_labels=await find_labels(tx, DataClass.NEEDS, new.client_id, None),
    ))  # fmt: skip
    tx.audit("need.identify", subject=need.client_id, resource=need.id, by=by)
    tx.publish(NeedIdentified(need_id=need.id, client_id=need.client_id, domain=need.domain))
    return need
