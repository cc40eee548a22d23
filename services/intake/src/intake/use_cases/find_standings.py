from collections.abc import Iterable
from uuid import UUID

from shared.db import Transaction

from intake import queries
from intake.models import Client, Guardianship
from intake.rules.disclosures import age_on
from intake.use_cases.find_calendar import find_calendar


async def find_standings(tx: Transaction, clients: Iterable[Client]) -> dict[tuple[UUID, UUID], Guardianship]:
    """Who stands for these clients today: by client and account."""
    born = {client.id: client.date_of_birth for client in clients}
    day = tx.now.astimezone((await find_calendar(tx, is_needed=False)).zone).date()
    found = await queries.list_guardianships_among(tx, list(born))
    return {
        (row.client_id, row.guardian_id): row
        for row in found
        if row.standing.stands(age=age_on(born[row.client_id], day), day=day)
    }
