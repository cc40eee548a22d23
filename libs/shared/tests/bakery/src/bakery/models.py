from uuid import UUID

from shared.db import Record
from sqlmodel import Field


class Loaf(Record, table=True):
    __tablename__ = "loaf"
    kind: str = Field(max_length=40)
    clinic_id: UUID
    client_id: UUID


class Bite(Record, table=True):
    __tablename__ = "bite"
    loaf_id: UUID
    client_id: UUID
    also: str = Field(max_length=40)


class Effect(Record, table=True):
    """What an event, a timer or an answer from outside did here; the database numbers the rows (`place`)."""

    __tablename__ = "effect"
    bite_id: UUID
    event_id: UUID
    what: str = Field(max_length=40)
