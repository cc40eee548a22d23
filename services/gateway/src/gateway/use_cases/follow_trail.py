from uuid import UUID

from shared.auth import Principal
from shared.db import PLATFORM
from shared.errors import NotFound
from shared.pagination import PageRequest

from gateway import queries
from gateway.neighbours import Services
from gateway.rules.trails import Told, join
from gateway.use_cases.issue_token import Office


async def follow_trail(office: Office, services: Services, client_id: UUID) -> tuple[Told, ...]:
    """Each event about a client of the sandbox, whichever its agency, and each effect that it had."""
    async with office.database.transaction(Principal.system("gateway", agency_id=PLATFORM)) as tx:
        agencies = await queries.list_agencies(tx, PageRequest(200))
    for agency in agencies.items:
        found = join(await services.each(lambda name, of=agency.id: services.trail(name, of, client_id)))  # type: ignore[misc]
        if found:
            return found
    raise NotFound()
