from collections.abc import Awaitable
from typing import Any, TypeVar

from shared.auth import Principal
from shared.db import Transaction
from shared.pagination import Page

Rows = TypeVar("Rows", bound=Page[Any])


async def list_records(tx: Transaction, found: Awaitable[Rows], *, by: Principal) -> Rows:
    """Show a page of records, and note of whom someone looked at them."""
    page = await found
    for row in page.items:
        tx.audit(f"{row.__tablename__}.list", subject=row.client_id, by=by)
    return page
