import json
from collections.abc import Mapping
from typing import Any

from shared.db import Transaction


async def seal_content(tx: Transaction, row: Any, content: Mapping[str, Any]) -> None:
    """Encrypt what was said under the client's key, bound to its row."""
    kept = {name: value for name, value in content.items() if value is not None}
    text = json.dumps(kept, sort_keys=True, default=str)
    sealed = await tx.seal(row.client_id, text, f"{row.__tablename__}.sealed", row.id)
    row.key_id, row.sealed = sealed.key_id, sealed.ciphertext
