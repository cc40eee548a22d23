from typing import Any

from shared.auth import Principal
from shared.db import Transaction
from shared.pagination import Page, PageRequest

from scheduling import queries
from scheduling.models import Appointment


async def read_appointments(
    tx: Transaction, page: PageRequest, *, filters: dict[str, Any], by: Principal
) -> Page[Appointment]:
    """A page of the calendar; one audit entry for each client on it."""
    found = await queries.list_appointments(tx, page, **filters)
    for client_id in sorted({row.client_id for row in found.items if row.client_id}):
        tx.audit("appointment.list", subject=client_id, by=by)
    return found
