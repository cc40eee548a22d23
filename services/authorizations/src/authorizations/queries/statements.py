"""What the statements of several nouns are built from."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from shared.db import Transaction
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col

ID, TEXT, DAY = sa.Uuid(), sa.String(), sa.Date()


def same(column: Any, name: str, kind: Any) -> sa.ColumnElement[bool]:
    """A filter of a list: left out when the parameter is None."""
    wanted = sa.bindparam(name, type_=kind)
    return sa.or_(wanted.is_(None), column == wanted)


BY_ID = sa.bindparam("id", type_=ID)
BY_CLIENT = sa.bindparam("client_id", type_=ID)
ON = sa.bindparam("on", type_=DAY)
KIND = sa.bindparam("service_kind", type_=TEXT)

ROW = {"id": BY_ID, "agency_id": sa.bindparam("agency_id", type_=ID), "created_at": sa.bindparam("at"), "version": 1}
KEY = ["agency_id", "id"]


def upsert(model: Any, *names: str) -> Any:
    """Insert what another service told, or take its newer values."""
    statement = insert(model).values(**ROW, **{name: sa.bindparam(f"new_{name}") for name in names})
    newer = {name: statement.excluded[name] for name in names} | {"version": col(model.version) + 1}
    return statement.on_conflict_do_update(index_elements=KEY, set_=newer)


LOCK_NAME = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 47))")


async def keep(tx: Transaction, statement: Any, row_id: UUID, **values: Any) -> None:
    """One of the KEEP_ statements: what another service told, under its own id."""
    named = {f"new_{name}": value for name, value in values.items()}
    await tx.run(statement, id=row_id, agency_id=tx.agency_id, at=tx.now, **named)
