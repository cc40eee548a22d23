from shared.auth import Principal
from shared.db import Transaction
from shared.pagination import Page, PageRequest

from intake import queries
from intake.models import Client, Guardianship
from intake.rules.consents import SignerRole
from intake.rules.guardianships import acts_as
from intake.schemas.me import OwnClientOut
from intake.use_cases.find_standings import find_standings


async def read_own_clients(tx: Transaction, page: PageRequest, *, by: Principal) -> Page[OwnClientOut]:
    """For whom the caller may act."""
    found = await queries.list_clients(tx, page)
    standings = await find_standings(tx, found.items)
    for client in found.items:
        tx.audit("client.list", subject=client.id, by=by)
    shown = [own_client(client, standings.get((client.id, by.id)), by) for client in found.items]
    return Page[OwnClientOut](items=shown, next_cursor=found.next_cursor)


def own_client(client: Client, guardianship: Guardianship | None, by: Principal) -> OwnClientOut:
    role = acts_as(by.roles)
    return OwnClientOut(
        id=client.id,
        shown_name=client.shown_name,
        status=client.status,
        security_labels=client.security_labels,
        acts_as=role,
        authority=guardianship.authority if guardianship else None,
        may_consent=guardianship.may_consent if guardianship else role is SignerRole.CLIENT,
    )
