from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction


class OfClient(Protocol):
    client_id: UUID


def audit_page(tx: Transaction, action: str, rows: Sequence[OfClient], *, by: Principal) -> None:
    """One entry for each client on a page that was shown."""
    for client_id in dict.fromkeys(row.client_id for row in rows):
        tx.audit(action, subject=client_id, by=by)
