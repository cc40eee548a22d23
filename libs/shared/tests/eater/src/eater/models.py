from uuid import UUID

from shared.db import Record
from sqlmodel import Field


class Meal(Record, table=True):
    """What an event did here; the database numbers the rows (`place`)."""

    __tablename__ = "meal"
    bite_id: UUID
    event_id: UUID
    what: str = Field(max_length=40)
