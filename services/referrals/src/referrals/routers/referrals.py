from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import Tx, leaving
from shared.pagination import Page, Paging

from referrals.models import Referral
from referrals.rules.referrals import ReferralStatus
from referrals.schemas import Cancellation, NewReferral, ReferralOut
from referrals.scopes import CanReadReferrals, CanWriteReferrals
from referrals.use_cases.cancel_referral import cancel_referral
from referrals.use_cases.draft_referral import draft_referral
from referrals.use_cases.read_referral import read_referral
from referrals.use_cases.read_referrals import read_referrals

router = APIRouter(prefix="/v1/referrals", tags=["referrals"], route_class=leaving(DataClass.NEEDS))


@router.post("", response_model=ReferralOut, status_code=201)
async def post_referral(new: NewReferral, tx: Tx, by: CanWriteReferrals) -> Referral:
    """Draft a referral for a need; it is ready when a consent names the organization, else it waits for one."""
    return await draft_referral(tx, new, by=by)


@router.get("", response_model=Page[ReferralOut])
async def list_referrals(
    tx: Tx, by: CanReadReferrals, page: Paging, client_id: UUID | None = None, status: ReferralStatus | None = None
) -> Page[Referral]:
    """List the referrals of the clients whom the caller may see."""
    return await read_referrals(tx, page, client_id=client_id, status=status, by=by)


@router.get("/{referral_id}", response_model=ReferralOut)
async def get_referral(referral_id: UUID, tx: Tx, by: CanReadReferrals) -> Referral:
    """Read one referral."""
    return await read_referral(tx, referral_id, by=by)


@router.post("/{referral_id}/cancellation", response_model=ReferralOut)
async def post_referral_cancellation(referral_id: UUID, why: Cancellation, tx: Tx, by: CanWriteReferrals) -> Referral:
    """Cancel a referral that is not yet over."""
    return await cancel_referral(tx, referral_id, reason_code=why.reason_code, by=by)
