"""Measures given to clients."""

from datetime import datetime
from typing import Any
from uuid import UUID

from shared.schemas import In, LabelledOut

from clinical_records.rules.measures import InstrumentCode, MeasureOccasion, MeasureStatus


class NewMeasure(In):
    client_id: UUID
    instrument: InstrumentCode
    occasion: MeasureOccasion = MeasureOccasion.ROUTINE


class MeasureOut(LabelledOut):
    id: UUID
    version: int
    client_id: UUID
    episode_id: UUID | None
    instrument: InstrumentCode
    definition_version: str
    occasion: MeasureOccasion
    status: MeasureStatus
    created_at: datetime
    items: list[int | None] | None
    total: int | None
    band: str | None
    is_positive: bool | None
    is_prorated: bool
    item_alert: bool
    change: dict[str, Any] | None
    scored_at: datetime | None
