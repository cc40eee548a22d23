from uuid import UUID

from shared.db import Record
from sqlmodel import Field


class Loaf(Record, table=True):
    __tablename__ = "loaf"
    kind: str = Field(max_length=40)
    clinic_id: UUID
    client_id: UUID
