from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.errors import NotFound

from intake import queries
from intake.errors import NotYoursToSign
from intake.rules.consents import SignerRole
from intake.rules.disclosures import age_on
from intake.rules.guardianships import acts_as, signs_alone
from intake.schemas.consents import Signer
from intake.use_cases.find_calendar import find_calendar
from intake.use_cases.find_standings import find_standings


async def act_for_client(tx: Transaction, client_id: UUID, *, by: Principal) -> Signer:
    """As whom the caller acts for this client. Who does not stand for them finds nobody of that id."""
    client = await queries.get_client(tx, client_id)
    if acts_as(by.roles) is SignerRole.CLIENT:
        return Signer(role=SignerRole.CLIENT)
    guardianship = (await find_standings(tx, [client])).get((client.id, by.id))
    if guardianship is None:
        raise NotFound()
    return Signer(role=SignerRole.GUARDIAN, authority=guardianship.authority)


async def sign_for_client(tx: Transaction, client_id: UUID, *, by: Principal) -> Signer:
    """The same, of one who may give consent. A minor signs alone where the state lets him; else the guardian does."""
    signer = await act_for_client(tx, client_id, by=by)
    client = await queries.get_client(tx, client_id)
    if signer.role is SignerRole.GUARDIAN:
        guardianship = (await find_standings(tx, [client]))[client.id, by.id]
        if not guardianship.may_consent:
            raise NotYoursToSign("The custody order lets you read, not consent.")
        return signer
    policy = await queries.find_disclosure_policy(tx)
    day = tx.now.astimezone((await find_calendar(tx, is_needed=False)).zone).date()
    if not signs_alone(age_on(client.date_of_birth, day), policy.minors_consent_from if policy else None):
        raise NotYoursToSign("A parent or guardian signs this for you.")
    return signer
