from uuid import UUID

from shared.auth import Principal
from shared.contracts.referrals import DirectoryServiceChanged
from shared.db import Transaction

from referrals import queries
from referrals.models import DirectoryService
from referrals.rules.directory import is_stale, search_text
from referrals.schemas import ServiceChange
from referrals.use_cases.watch_assurance import watch_assurance


async def change_service(
    tx: Transaction, service_id: UUID, change: ServiceChange, *, by: Principal
) -> DirectoryService:
    service = await queries.lock_service(tx, service_id)
    tx.expect(service)
    for name, value in change.model_dump(exclude_unset=True).items():
        setattr(service, name, value)
    service.last_modified = tx.now
    service.is_stale = is_stale(service.assured_date, tx.now.date())
    service.search_text = search_text(service.name, service.alternate_name, service.description)
    await watch_assurance(tx, service)
    await tx.save(service)
    tx.audit("service.change", resource=service.id, by=by)
    tx.publish(DirectoryServiceChanged(service_id=service.id, status=service.status))
    return service
