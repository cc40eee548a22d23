from shared.auth import Principal
from shared.contracts.referrals import DirectoryServiceChanged
from shared.db import Transaction

from referrals import queries
from referrals.models import DirectoryService
from referrals.rules.directory import is_stale, search_text
from referrals.schemas import NewService
from referrals.use_cases.watch_assurance import watch_assurance


async def add_service(tx: Transaction, new: NewService, *, by: Principal) -> DirectoryService:
    await queries.get_organization(tx, new.organization_id)
    service = DirectoryService(
        **new.model_dump(),
        last_modified=tx.now,
        is_stale=is_stale(new.assured_date, tx.now.date()),
        search_text=search_text(new.name, new.alternate_name, new.description),
    )
    await watch_assurance(tx, service)
    await tx.add(service)
    tx.audit("service.add", resource=service.id, by=by)
    tx.publish(DirectoryServiceChanged(service_id=service.id, status=service.status))
    return service
