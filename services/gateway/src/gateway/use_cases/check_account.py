from shared.db import Transaction

from gateway.errors import RolesRefused
from gateway.models import UserAccount
from gateway.rules.roles import conflict
from gateway.use_cases.check_clinics import check_clinics


async def check_account(tx: Transaction, user: UserAccount) -> None:
    """Roles that go together, and clinics that exist."""
    reason = conflict(user.roles, clients=len(user.client_ids))
    if reason:
        raise RolesRefused(reason, pointer="/roles")
    await check_clinics(tx, user.clinic_ids)
