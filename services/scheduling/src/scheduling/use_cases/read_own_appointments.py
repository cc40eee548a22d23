from typing import Any
from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.pagination import Page, PageRequest

from scheduling import queries
from scheduling.models import Appointment


async def read_own_appointments(
    tx: Transaction, client_id: UUID, page: PageRequest, *, filters: dict[str, Any], by: Principal
) -> Page[Appointment]:
    tx.audit("appointment.list", subject=client_id, by=by)
    return await queries.list_appointments(tx, page, client_id=client_id, **filters)
