"""The corner of those who are cared for, and of who stands for them: when they come."""

from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import Tx, leaving
from shared.pagination import Page, Paging

from scheduling.fields import Instant
from scheduling.models import Appointment
from scheduling.schemas import OwnAppointmentOut
from scheduling.scopes import CanReadOwnRecords
from scheduling.use_cases.read_appointment import read_appointment
from scheduling.use_cases.read_own_appointments import read_own_appointments

router = APIRouter(prefix="/v1/me/appointments", tags=["me"], route_class=leaving(DataClass.SCHEDULE))


@router.get("", response_model=Page[OwnAppointmentOut])
async def list_my_appointments(
    client_id: UUID,
    tx: Tx,
    by: CanReadOwnRecords,
    page: Paging,
    start_from: Instant | None = None,
    start_before: Instant | None = None,
) -> Page[Appointment]:
    """List appointments by range, newest booking first."""
    filters = {"start_from": start_from, "start_before": start_before}
    return await read_own_appointments(tx, client_id, page, filters=filters, by=by)


@router.get("/{appointment_id}", response_model=OwnAppointmentOut)
async def get_my_appointment(appointment_id: UUID, tx: Tx, by: CanReadOwnRecords) -> Appointment:
    """Read one appointment."""
    return await read_appointment(tx, appointment_id, by=by)
