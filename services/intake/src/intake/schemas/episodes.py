"""Episodes of care."""

from datetime import date
from uuid import UUID

from shared.schemas import In, LabelledOut

from intake.fields import Code
from intake.rules.episodes import EpisodeStatus


class NewEpisode(In):
    client_id: UUID
    program_id: UUID
    primary_clinician_id: UUID


class Admission(In):
    """`is_emergency`: care begins before a consent to treatment could be had."""

    is_emergency: bool = False


class NonAdmission(In):
    reason: Code


class EpisodeOut(LabelledOut):
    id: UUID
    client_id: UUID
    program_id: UUID
    clinic_id: UUID
    primary_clinician_id: UUID
    status: EpisodeStatus
    is_part2: bool
    is_emergency_admission: bool
    opened_on: date | None
    closed_on: date | None
    end_reason: str | None
    version: int
