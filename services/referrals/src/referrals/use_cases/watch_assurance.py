from shared.db import Transaction

from referrals.errors import AgesReversed
from referrals.models import DirectoryService
from referrals.rules.directory import stale_at


async def watch_assurance(tx: Transaction, service: DirectoryService) -> None:
    """Refuse reversed ages, and have the service looked at again on the day on which its assurance is stale."""
    if (
        service.minimum_age is not None
        and service.maximum_age is not None
        and service.minimum_age > service.maximum_age
    ):
        raise AgesReversed("The lowest age must not be above the highest.", pointer="/minimum_age")
    if service.assured_date is not None and not service.is_stale:
        await tx.start_timer(
            "service_stale",
            subject=service.id,
            due_at=stale_at(service.assured_date),
            key=service.assured_date.isoformat(),
        )
