"""Discharges."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field
from shared.schemas import In, LabelledOut, Out

from clinical_records.fields import Code, Text
from clinical_records.rules.cssrs import RiskLevel
from clinical_records.rules.discharges import DischargeReason, DischargeStatus, GoalOutcome
from clinical_records.rules.measures import InstrumentCode
from clinical_records.rules.release import Document


class GoalResult(In):
    objective_id: UUID
    outcome: GoalOutcome


class NewDischarge(In):
    episode_id: UUID
    reason_code: DischargeReason
    discharged_on: date
    risk_level: RiskLevel
    goals: list[GoalResult] = Field(default_factory=list)
    summary: dict[Code, Text] = Field(default_factory=dict)


class DischargeChange(In):
    reason_code: DischargeReason | None = None
    discharged_on: date | None = None
    risk_level: RiskLevel | None = None
    goals: list[GoalResult] | None = None
    summary: dict[Code, Text] | None = None


class OutcomeOut(Out):
    instrument: InstrumentCode
    baseline: int
    last: int


class DischargeSummary(Document, LabelledOut):
    id: UUID
    version: int
    client_id: UUID
    episode_id: UUID
    author_id: UUID
    status: DischargeStatus
    reason_code: DischargeReason
    discharged_on: date
    last_service_on: date | None
    signed_at: datetime | None
    supervisor_id: UUID | None
    cosigned_at: datetime | None
    created_at: datetime


class DischargeOut(DischargeSummary):
    goals: list[GoalResult]
    risk_level: RiskLevel
    outcomes: list[OutcomeOut]
    content_hash: str | None
    summary: dict[str, str] = Field(default_factory=dict)
