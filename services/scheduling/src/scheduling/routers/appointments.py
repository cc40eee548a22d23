from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import NEEDS_KEY, Tx, leaving
from shared.pagination import Page, Paging

from scheduling.fields import Instant
from scheduling.models import Appointment
from scheduling.rules.appointments import Status
from scheduling.schemas import AppointmentOut, Attendance, Cancellation, NewAppointment
from scheduling.scopes import CanReadAppointments, CanWriteAppointments, CanWriteAttendance
from scheduling.use_cases.book_appointment import book_appointment
from scheduling.use_cases.cancel_appointment import cancel_appointment
from scheduling.use_cases.confirm_appointment import confirm_appointment
from scheduling.use_cases.read_appointment import read_appointment
from scheduling.use_cases.read_appointments import read_appointments
from scheduling.use_cases.record_arrival import record_arrival
from scheduling.use_cases.record_attendance import record_attendance
from scheduling.use_cases.record_no_show import record_no_show
from scheduling.use_cases.start_session import start_session

router = APIRouter(prefix="/v1/appointments", tags=["appointments"], route_class=leaving(DataClass.SCHEDULE))


@router.post("", response_model=AppointmentOut, status_code=201, openapi_extra=NEEDS_KEY)
async def post_appointment(new: NewAppointment, tx: Tx, by: CanWriteAppointments) -> Appointment:
    """Book an appointment; gates that only warn are named in `warnings`."""
    return await book_appointment(tx, new, by=by)


@router.get("", response_model=Page[AppointmentOut])
async def list_appointments(
    tx: Tx,
    by: CanReadAppointments,
    page: Paging,
    client_id: UUID | None = None,
    provider_id: UUID | None = None,
    episode_id: UUID | None = None,
    status: Status | None = None,
    start_from: Instant | None = None,
    start_before: Instant | None = None,
) -> Page[Appointment]:
    """List appointments by client, provider, episode, state and range, newest booking first."""
    filters = {
        "client_id": client_id,
        "provider_id": provider_id,
        "episode_id": episode_id,
        "status": status,
        "start_from": start_from,
        "start_before": start_before,
    }
    return await read_appointments(tx, page, filters=filters, by=by)


@router.get("/{appointment_id}", response_model=AppointmentOut)
async def get_appointment(appointment_id: UUID, tx: Tx, by: CanReadAppointments) -> Appointment:
    """Read one appointment."""
    return await read_appointment(tx, appointment_id, by=by)


@router.post("/{appointment_id}/confirmation", response_model=AppointmentOut)
async def post_confirmation(appointment_id: UUID, tx: Tx, by: CanWriteAppointments) -> Appointment:
    """Confirm a booked appointment."""
    return await confirm_appointment(tx, appointment_id, by=by)


@router.post("/{appointment_id}/arrival", response_model=AppointmentOut)
async def post_arrival(appointment_id: UUID, tx: Tx, by: CanWriteAttendance) -> Appointment:
    """Check the client in."""
    return await record_arrival(tx, appointment_id, by=by)


@router.post("/{appointment_id}/session", response_model=AppointmentOut)
async def post_session(appointment_id: UUID, tx: Tx, by: CanWriteAttendance) -> Appointment:
    """Begin the session of a client who has arrived."""
    return await start_session(tx, appointment_id, by=by)


@router.post("/{appointment_id}/attendance", response_model=AppointmentOut)
async def post_attendance(appointment_id: UUID, times: Attendance, tx: Tx, by: CanWriteAttendance) -> Appointment:
    """Record that the session was kept, with its actual start and end."""
    return await record_attendance(tx, appointment_id, times, by=by)


@router.post("/{appointment_id}/no-show", response_model=AppointmentOut)
async def post_no_show(appointment_id: UUID, tx: Tx, by: CanWriteAttendance) -> Appointment:
    """Record that the client did not come, from 15 minutes after the start on."""
    return await record_no_show(tx, appointment_id, by=by)


@router.post("/{appointment_id}/cancellation", response_model=AppointmentOut)
async def post_cancellation(
    appointment_id: UUID, cancellation: Cancellation, tx: Tx, by: CanWriteAppointments
) -> Appointment:
    """Cancel for the client or the provider; by the client with less than 24 h notice it is a late cancellation."""
    return await cancel_appointment(tx, appointment_id, cancellation, by=by)
