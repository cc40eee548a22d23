from shared.auth import Principal
from shared.db import PLATFORM
from shared.pagination import PageRequest

from gateway import queries
from gateway.models import Agency
from gateway.schemas.sandbox import SandboxPeople, SandboxPerson
from gateway.use_cases.issue_token import Office


async def list_sandbox_people(office: Office) -> SandboxPeople:
    """Who there is to be: every active user of every agency of the sandbox."""
    async with office.database.transaction(Principal.system("gateway", agency_id=PLATFORM)) as tx:
        agencies = await queries.list_agencies(tx, PageRequest(200))
    return SandboxPeople(items=[person for agency in agencies.items for person in await people_of(office, agency)])


async def people_of(office: Office, agency: Agency) -> list[SandboxPerson]:
    async with office.database.transaction(Principal.system("gateway", agency_id=agency.id)) as tx:
        users = await queries.list_active_users(tx)
    return [SandboxPerson(agency=agency.slug, username=u.username, user_id=u.id, roles=u.roles) for u in users]
