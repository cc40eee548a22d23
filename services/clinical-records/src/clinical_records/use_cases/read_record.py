from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

Row = TypeVar("Row", bound=Any)


async def read_record(
    tx: Transaction, get: Callable[[Transaction, UUID], Awaitable[Row]], record_id: UUID, *, by: Principal
) -> Row:
    """Show one record of a client, and note who looked."""
    row = await get(tx, record_id)
    tx.audit(f"{row.__tablename__}.read", subject=row.client_id, resource=row.id, by=by)
    return row
