from privacy import DataClass
from shared.auth import Principal
from shared.contracts.referrals import ReferralCreated
from shared.db import Transaction

from referrals import queries
from referrals.errors import HelpNotWanted, NeedNotOpen, NeedOfAnother, ServiceNotActive
from referrals.models import Need, Referral
from referrals.rules.directory import ServiceStatus
from referrals.rules.needs import NeedStatus
from referrals.rules.referrals import ReferralStatus
from referrals.schemas import NewReferral
from referrals.use_cases.decide_referrals import decide_referrals
from referrals.use_cases.find_labels import find_labels


async def draft_referral(tx: Transaction, new: NewReferral, *, by: Principal) -> Referral:
    await queries.get_visible_client(tx, new.client_id)
    need = await queries.lock_need(tx, new.need_id)
    service = await queries.get_service(tx, new.service_id)
    refuse_unwanted(need, new)
    if service.status is not ServiceStatus.ACTIVE:
        raise ServiceNotActive(f"The service is {service.status}; only an active one takes referrals.")
    referral = await tx.add(
        Referral(
            client_id=need.client_id,
            need_id=need.id,
            service_id=service.id,
            organization_id=service.organization_id,
            status=ReferralStatus.DRAFT,
            requested_by=by.id,
            security_labels=await find_labels(tx, DataClass.NEEDS, need.client_id, None),
        )
    )
    tx.audit("referral.draft", subject=referral.client_id, resource=referral.id, by=by)
    tx.publish(ReferralCreated(referral_id=referral.id, client_id=referral.client_id, need_code=need.domain))
    await decide_referrals(tx, [referral], client_id=referral.client_id, by=by)
    return referral


def refuse_unwanted(need: Need, new: NewReferral) -> None:
    if need.client_id != new.client_id:
        raise NeedOfAnother("Name a need of this client.", pointer="/need_id")
    if need.status is not NeedStatus.OPEN:
        raise NeedNotOpen(f"The need is {need.status}; only an open one is referred.")
    if not need.wants_help:
        raise HelpNotWanted("A referral needs the person's wish for help: record it with the need first.")
