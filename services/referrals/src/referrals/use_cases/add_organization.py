from shared.auth import Principal
from shared.db import Transaction

from referrals.models import Organization
from referrals.schemas import NewOrganization


async def add_organization(tx: Transaction, new: NewOrganization, *, by: Principal) -> Organization:
    organization = await tx.add(Organization(**new.model_dump()))
    tx.audit("organization.add", resource=organization.id, by=by)
    return organization
