from shared.auth import Principal
from shared.contracts.gateway import UserRoleChanged
from shared.db import PLATFORM, Transaction

from gateway import queries
from gateway.errors import SlugTaken
from gateway.models import Agency, UserAccount
from gateway.rules.clients import agency_id_of
from gateway.rules.roles import ADMINISTRATOR
from gateway.rules.sign_in_clients import ClientKind
from gateway.schemas.agencies import NewAgency
from gateway.schemas.sign_in_clients import NewSignInClient
from gateway.use_cases.change_sign_in_client import add_sign_in_client
from gateway.use_cases.compute_holidays import compute_holidays
from gateway.use_cases.tell_agency import tell_agency

NOT_ITS_OWN = {"administrator", "administrator_email", "console_redirect_uris"}


async def open_agency(tx: Transaction, new: NewAgency, *, by: Principal) -> Agency:
    """A new tenant with its first administrator. The slug decides the id, so that two of one slug cannot be."""
    agency_id = agency_id_of(new.slug)
    if await queries.find_agency(tx, agency_id):
        raise SlugTaken("Another agency has this slug; choose another.")
    compute_holidays(new.holiday_country, new.holiday_subdivision, year=tx.now.year)
    await tx.enter(agency_id)
    administrator = UserAccount(
        username=new.administrator, roles=[ADMINISTRATOR], clinic_ids=[], client_ids=[], email=new.administrator_email
    )
    agency = Agency(id=agency_id, **new.model_dump(exclude=NOT_ITS_OWN), administrator_id=administrator.id)
    await tx.add(agency)
    await tx.add(administrator)
    await open_console(tx, new.console_redirect_uris, by=by)
    await tell_agency(tx, agency)
    tx.publish(UserRoleChanged(user_id=administrator.id, roles=(ADMINISTRATOR,)))
    tx.audit("agency.open", resource=agency.id, by=by)
    await tx.flush()
    await tx.enter(PLATFORM)
    return agency


async def open_console(tx: Transaction, addresses: list[str], *, by: Principal) -> None:
    """The first administrator signs in there, and registers the other programs."""
    if addresses:
        await add_sign_in_client(tx, NewSignInClient(kind=ClientKind.STAFF_CONSOLE, redirect_uris=addresses), by=by)
