"""Instruments, answers and scores."""

from typing import Annotated

from pydantic import Field
from shared.schemas import In, Out

from clinical_records.fields import Answer
from clinical_records.rules.measures import InstrumentCode


class Answers(In):
    """One answer per item in the instrument's order; null where none was given."""

    items: Annotated[list[Answer | None], Field(max_length=60)]
    difficulty: Annotated[int, Field(strict=True, ge=0, le=3)] | None = None


class ScoreOut(Out):
    instrument: InstrumentCode
    definition_version: str
    total: int | None
    highest: int
    band: str | None
    is_positive: bool | None
    is_prorated: bool
    item_alert: bool
    missing: list[str]
    loinc: str | None


class ItemOut(Out):
    id: str
    loinc: str | None
    highest: int


class InstrumentOut(Out):
    instrument: InstrumentCode
    definition_version: str
    items: list[ItemOut]
    bands: list[tuple[int, str]]
    positive_from: int
    most_missing: int
    safety_items: list[str]
    panel_loinc: str | None
    total_loinc: str | None
    answer_loincs: list[str]


class InstrumentList(Out):
    items: list[InstrumentOut]
