from typing import Any

from shared.auth import Principal

from clinical_records.errors import NotAuthor


def require_author(row: Any, *, by: Principal) -> None:
    """Only the author edits and signs what he wrote."""
    if row.author_id != by.id:
        raise NotAuthor()
