import json
from typing import Any

from shared.db import Transaction


async def open_content(tx: Transaction, row: Any) -> dict[str, Any]:
    """What was sealed in a row; empty when nothing was."""
    if row.key_id is None or row.sealed is None:
        return {}
    text = await tx.unseal(row.client_id, row.key_id, row.sealed, f"{row.__tablename__}.sealed", row.id)
    content: dict[str, Any] = json.loads(text)
    return content
