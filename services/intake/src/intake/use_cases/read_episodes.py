from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.pagination import Page, PageRequest

from intake import queries
from intake.models import Episode


async def read_episodes(tx: Transaction, page: PageRequest, *, client_id: UUID | None, by: Principal) -> Page[Episode]:
    found = await queries.list_episodes(tx, page, client_id)
    for episode in found.items:
        tx.audit("episode.list", subject=episode.client_id, by=by)
    return found
