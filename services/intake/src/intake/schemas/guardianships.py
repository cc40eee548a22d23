"""Guardianships."""

from datetime import date
from uuid import UUID

from pydantic import AwareDatetime
from shared.schemas import In, LabelledOut

from intake.rules.guardianships import Authority, Custody


class NewGuardianship(In):
    """`guardian_id` is the guardian's account. Custody is said of minors; days are the agency's, `ends_on` the last."""

    guardian_id: UUID
    authority: Authority
    custody: Custody | None = None
    may_consent: bool = False
    starts_on: date
    ends_on: date | None = None


class GuardianshipOut(LabelledOut):
    id: UUID
    client_id: UUID
    guardian_id: UUID
    authority: Authority
    custody: Custody | None
    may_consent: bool
    starts_on: date
    ends_on: date | None
    ended_at: AwareDatetime | None
    version: int
