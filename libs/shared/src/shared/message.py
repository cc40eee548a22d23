"""An event as the broker brings it."""

import json
import re
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from aiokafka import ConsumerRecord

from shared.events import Envelope

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@lru_cache(10_000)
def agency_of(text: bytes) -> UUID:
    return UUID(text.decode())


class Message:
    """An event as it came. What a batch needs of each is read at once; the whole envelope when somebody asks for it."""

    __slots__ = ("agency", "data", "headers", "id", "key", "known", "offset", "part", "position", "prev", "subject",
                 "time", "topic", "type")  # fmt: skip
    known: Envelope | None
    headers: dict[str, bytes]
    data: str | bytes

    def __init__(self, envelope: Envelope, data: str, key: str | None = None) -> None:
        self.known = envelope
        self.id, self.subject = str(envelope.id), str(envelope.subject)
        self.topic, self.part, self.type = envelope.topic, envelope.part, envelope.type
        self.agency, self.time, self.position, self.prev = (
            envelope.agency, envelope.time, envelope.position, envelope.prev,
        )  # fmt: skip
        self.data = data
        self.offset = -1
        self.key = key or str(json.loads(data).get("client_id") or self.subject)

    @classmethod
    def of(cls, record: "ConsumerRecord[bytes, bytes]") -> "Message":
        """ValueError for a record that no relay of ours wrote."""
        found = cls.__new__(cls)
        headers = dict(record.headers)
        try:
            found.known, found.headers, found.data = None, headers, record.value or b"{}"
            found.id, found.subject = headers["ce_id"].decode(), headers["ce_subject"].decode()
            found.topic, found.part, found.offset = record.topic, record.partition, record.offset
            found.type = headers["ce_type"].decode()
            found.agency, found.time = (
                agency_of(headers["ce_agency"]),
                datetime.fromisoformat(headers["ce_time"].decode()),
            )
            found.position, found.prev = int(headers["ce_position"]), int(headers["ce_prev"])
            found.key = record.key.decode() if record.key else found.subject
        except (KeyError, AttributeError) as error:
            raise ValueError(f"No {error} in the record.") from error
        if not (ID.fullmatch(found.id) and ID.fullmatch(found.subject)):
            raise ValueError("The record's ids are none.")
        return found

    @property
    def envelope(self) -> Envelope:
        if self.known is None:
            said = {name.removeprefix("ce_"): value.decode() for name, value in self.headers.items()}
            self.known = Envelope.model_validate({**said, "topic": self.topic, "part": self.part})
        return self.known

    @property
    def text(self) -> str:
        return self.data if isinstance(self.data, str) else self.data.decode()
