from collections.abc import Sequence
from uuid import UUID

from privacy.decision import Verdict
from shared.auth import Principal
from shared.contracts.referrals import ReferralNeedsConsent
from shared.db import Transaction

from referrals import queries
from referrals.models import Referral
from referrals.rules.referrals import NEXT, SHARED, ReferralStatus, decide, status_after


async def decide_referrals(tx: Transaction, referrals: Sequence[Referral], *, client_id: UUID, by: Principal) -> None:
    """Hold referrals against the consents known now: unsent ones become ready or wait, sent ones may have to stop."""
    consents = await queries.list_consents(tx, client_id)
    part2 = await queries.find_part2_episode(tx, client_id)
    program_id = part2.program_id if part2 else None
    for referral in referrals:
        to = referral.organization_id
        verdict = decide(consents, to, at=tx.now, is_part2=part2 is not None, program_id=program_id)
        await settle(tx, referral, verdict, by=by)


async def settle(tx: Transaction, referral: Referral, verdict: Verdict, *, by: Principal) -> None:
    before, after = referral.status, status_after(referral.status, verdict)
    if after is not before and after in NEXT[before]:
        referral.status, referral.consent_id, referral.rule_id = after, verdict.consent_id, verdict.rule_id
    elif before in SHARED and not verdict.is_permitted and not referral.must_stop_sharing:
        referral.must_stop_sharing = True
    elif before is ReferralStatus.READY and referral.consent_id != verdict.consent_id:
        referral.consent_id, referral.rule_id = verdict.consent_id, verdict.rule_id
    else:
        return
    await tx.save(referral)
    tx.audit(
        "referral.decide",
        subject=referral.client_id,
        resource=referral.id,
        consent_id=verdict.consent_id,
        code=verdict.rule_id,
        by=by,
    )
    if after is ReferralStatus.NEEDS_CONSENT and after is not before:
        tx.publish(ReferralNeedsConsent(referral_id=referral.id, client_id=referral.client_id))
