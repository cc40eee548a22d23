from shared.auth import Principal
from shared.contracts.gateway import UserRoleChanged
from shared.db import PLATFORM, Transaction

from gateway import queries
from gateway.errors import SlugTaken
from gateway.models import Agency, UserAccount
from gateway.rules.clients import agency_id_of
from gateway.rules.roles import ADMINISTRATOR
from gateway.schemas import NewAgency
from gateway.use_cases.compute_holidays import compute_holidays
from gateway.use_cases.tell_agency import tell_agency


async def open_agency(tx: Transaction, new: NewAgency, *, by: Principal) -> Agency:
    """A new tenant with its first administrator. The slug decides the id, so that two of one slug cannot be."""
    agency_id = agency_id_of(new.slug)
    if await queries.find_agency(tx, agency_id):
        raise SlugTaken("Another agency has this slug; choose another.")
    compute_holidays(new.holiday_country, new.holiday_subdivision, year=tx.now.year)
    await tx.enter(agency_id)
    administrator = UserAccount(username=new.administrator, roles=[ADMINISTRATOR], clinic_ids=[], client_ids=[])
    agency = Agency(id=agency_id, **new.model_dump(exclude={"administrator"}), administrator_id=administrator.id)
    await tx.add(agency)
    await tx.add(administrator)
    await tell_agency(tx, agency)
    tx.publish(UserRoleChanged(user_id=administrator.id, roles=(ADMINISTRATOR,)))
    tx.audit("agency.open", resource=agency.id, by=by)
    await tx.flush()
    await tx.enter(PLATFORM)
    return agency
