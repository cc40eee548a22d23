"""What the statements of several nouns are built from."""

from itertools import combinations
from typing import Any, TypeVar

from shared.access import visible
from shared.db import Record, Transaction
from shared.pagination import Page, PageRequest
from sqlalchemy import Select, Uuid, bindparam, select

R = TypeVar("R", bound=Record)
Lists = dict[tuple[str, ...], Select[Any]]


def uuid(name: str) -> Any:
    return bindparam(name, type_=Uuid)


def by_id(model: Any) -> Select[Any]:
    return select(model).where(model.id == uuid("id"), visible(model.client_id))


def bare(model: Any) -> Select[Any]:
    return select(model).where(model.id == uuid("id"))


def lists(model: Any, *filters: str, base: Select[Any] | None = None) -> Lists:
    """One statement for each set of filters that a caller may give."""
    start = (base if base is not None else select(model)).where(visible(model.client_id))
    return {
        names: start.where(
            *(getattr(model, name) == bindparam(name, type_=getattr(model, name).type) for name in names)
        )
        for size in range(len(filters) + 1)
        for names in combinations(filters, size)
    }


async def paged(tx: Transaction, model: type[R], table: Lists, page: PageRequest, **filters: Any) -> Page[R]:
    given = {name: value for name, value in filters.items() if value is not None}
    return await tx.fetch_page(model, table[tuple(given)], page, **given)
