"""Appointments, as scheduling tells of them."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from shared.db import Transaction
from sqlmodel import col, select

from authorizations.models import Appointment
from authorizations.queries.statements import BY_CLIENT, BY_ID, DAY, KIND
from authorizations.rules.appointments import AppointmentStatus
from authorizations.rules.service_codes import ServiceKind

LOCK_APPOINTMENT = select(Appointment).where(col(Appointment.id) == BY_ID).with_for_update()
LOCK_WAITING = (
    select(Appointment)
    .where(
        col(Appointment.client_id) == BY_CLIENT,
        col(Appointment.service_kind) == KIND,
        col(Appointment.lacks_unit).is_(True),
        col(Appointment.status).in_([AppointmentStatus.BOOKED, AppointmentStatus.KEPT]),
        col(Appointment.service_date).between(sa.bindparam("since", type_=DAY), sa.bindparam("until", type_=DAY)),
    )
    .order_by(col(Appointment.service_date), col(Appointment.id))
    .with_for_update()
)
LOCK_BOOKED = (
    select(Appointment)
    .where(col(Appointment.client_id) == BY_CLIENT, col(Appointment.status) == AppointmentStatus.BOOKED.value)
    .order_by(col(Appointment.id))
    .with_for_update()
)


async def find_appointment(tx: Transaction, appointment_id: UUID) -> Appointment | None:
    return await tx.fetch_optional(Appointment, LOCK_APPOINTMENT, id=appointment_id)


async def lock_waiting(
    tx: Transaction, client_id: UUID, *, service_kind: ServiceKind, since: date, until: date
) -> list[Appointment]:
    """Booked and kept appointments inside the window that no unit was left for, earliest first."""
    return await tx.fetch_all(
        Appointment, LOCK_WAITING, client_id=client_id, service_kind=service_kind, since=since, until=until
    )


async def lock_booked(tx: Transaction, client_id: UUID) -> list[Appointment]:
    return await tx.fetch_all(Appointment, LOCK_BOOKED, client_id=client_id)
