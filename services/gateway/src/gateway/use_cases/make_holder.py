from dataclasses import replace
from zoneinfo import ZoneInfo

from shared.db import Transaction
from shared.signed_out import issue_second

from gateway import queries
from gateway.models import Agency, UserAccount
from gateway.rules.claims import Holder, person


async def make_holder(tx: Transaction, agency: Agency, user: UserAccount, client_id: str) -> Holder:
    """The person as a token describes them: roles, clinics, clients and supervisor of today."""
    today = tx.now.astimezone(ZoneInfo(agency.timezone)).date()
    supervisor = await queries.find_supervisor(tx, user.id, today)
    clinics, clients = tuple(user.clinic_ids), tuple(user.client_ids)
    holder = person(user.id, agency.id, frozenset(user.roles), clinics, clients, supervisor, client_id)
    return replace(holder, issued_at=await issue_second(tx, agency.id, user.id))
