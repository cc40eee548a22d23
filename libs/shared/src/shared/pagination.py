"""Lists: opaque cursors over a keyset, newest first."""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Query
from pydantic import BaseModel, ConfigDict

from shared.errors import Malformed

Item = TypeVar("Item")


@dataclass(frozen=True)
class PageRequest:
    """`after` is the id of the last row of the page before; `limit` at most 200."""

    limit: int = 50
    after: UUID | None = None


class Page(BaseModel, Generic[Item]):
    """`next_cursor` is None on the last page."""

    model_config = ConfigDict(from_attributes=True, arbitrary_types_allowed=True)

    items: Sequence[Item]
    next_cursor: str | None = None

    @classmethod
    def of(cls, rows: Sequence[Any], page: PageRequest) -> "Page[Any]":
        more = len(rows) > page.limit
        shown = rows[: page.limit]
        return cls.model_construct(items=shown, next_cursor=encode(shown[-1].id) if more else None)


def encode(last: UUID) -> str:
    return base64.urlsafe_b64encode(last.bytes).rstrip(b"=").decode()


def decode(cursor: str) -> UUID:
    """The id in a cursor. Raises Malformed for what we did not make."""
    try:
        return UUID(bytes=base64.urlsafe_b64decode(cursor + "=="))
    except (ValueError, binascii.Error) as error:
        raise Malformed("The cursor is not one of ours: start again without it.") from error


async def paging(
    limit: Annotated[int, Query(ge=1, le=200)] = 50, cursor: Annotated[str | None, Query(max_length=64)] = None
) -> PageRequest:
    return PageRequest(limit, decode(cursor) if cursor else None)


Paging = Annotated[PageRequest, Depends(paging)]
