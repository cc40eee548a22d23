"""The agency's calendar and its clinics, as the gateway tells of them."""

from uuid import UUID

from shared.db import Transaction
from sqlalchemy import bindparam, select
from sqlmodel import col

from intake.models import AgencyCalendar, Clinic

CALENDAR = select(AgencyCalendar).where(col(AgencyCalendar.id) == bindparam("id"))
CLINIC = select(Clinic).where(col(Clinic.id) == bindparam("id"))


async def find_calendar(tx: Transaction) -> AgencyCalendar | None:
    return await tx.fetch_optional(AgencyCalendar, CALENDAR, id=tx.agency_id)


async def find_clinic(tx: Transaction, clinic_id: UUID) -> Clinic | None:
    return await tx.fetch_optional(Clinic, CLINIC, id=clinic_id)
