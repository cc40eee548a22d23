"""What an event is: a fact in the past tense with ids, codes and times, never a name, text or score."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    """One fact. Subclasses give `name` (the wire type, with its version) and `aggregate` (the field that holds its id).

    The Kafka key is `client_id` where the event has one, else the aggregate's id (decision 8).
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    NAME: ClassVar[str] = ""
    TOPIC: ClassVar[str] = ""
    AGGREGATE: ClassVar[str] = ""

    def __init_subclass__(cls, **_: Any) -> None:
        super().__init_subclass__()

    @classmethod
    def __pydantic_init_subclass__(cls, *, name: str = "", aggregate: str = "", topic: str = "", **_: Any) -> None:
        cls.NAME, cls.AGGREGATE, cls.TOPIC = name or cls.NAME, aggregate or cls.AGGREGATE, topic or cls.TOPIC

    @property
    def aggregate_id(self) -> UUID:
        found: UUID = getattr(self, self.AGGREGATE)
        return found

    @property
    def key(self) -> UUID:
        return getattr(self, "client_id", None) or self.aggregate_id


class Envelope(BaseModel):
    """What travels beside an event, as CloudEvents attributes in Kafka headers (binary content mode)."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    type: str
    source: str
    subject: UUID
    time: datetime
    agency: UUID
    sequence: int
    position: int
    prev: int
    part: int
    topic: str
    correlation: str
    causation: str | None = None
    actor: str
