"""Which rows a caller may see: decided where the row is, by one function in the database (decision 4)."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from shared.db import Transaction
from shared.projections import Fact, put

RELATIONSHIP = sa.Table(
    "relationship",
    sa.MetaData(),
    sa.Column("agency_id", sa.Uuid, primary_key=True),
    sa.Column("staff_id", sa.Uuid, primary_key=True),
    sa.Column("client_id", sa.Uuid, primary_key=True),
    sa.Column("kind", sa.Text, primary_key=True),
    sa.Column("since", sa.DateTime(timezone=True), primary_key=True),
    sa.Column("until", sa.DateTime(timezone=True)),
)
RELATE = sa.text("""INSERT INTO relationship (agency_id, staff_id, client_id, kind, since, until)
VALUES (agency(), :staff_id, :client_id, :kind, :since, :until)
ON CONFLICT (agency_id, staff_id, client_id, kind, since) DO UPDATE SET until = excluded.until""")


def visible(client_id: Any) -> sa.ColumnElement[bool]:
    """True for rows of clients within the caller's reach: the agency's, the caseload's, or the caller's own."""
    return sa.func.can_see(client_id, type_=sa.Boolean)


def related(*, staff_id: UUID, client_id: UUID, kind: str, since: datetime, until: datetime | None) -> Fact:
    """One relationship of a member of staff to a client, told by another service; `until` None while it lasts."""
    return put(RELATIONSHIP, staff_id=staff_id, client_id=client_id, kind=kind, since=since, until=until)


async def relate(
    tx: Transaction, *, staff_id: UUID, client_id: UUID, kind: str, since: datetime, until: datetime | None
) -> None:
    """Keep one relationship that this service itself decides."""
    await tx.run(RELATE, staff_id=staff_id, client_id=client_id, kind=kind, since=since, until=until)
