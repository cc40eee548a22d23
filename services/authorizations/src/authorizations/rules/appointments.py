"""What becomes of an appointment, as far as units go. Source: domain specification 6.4, version 2026-11."""

from enum import StrEnum


class AppointmentStatus(StrEnum):
    BOOKED = "booked"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"
    KEPT = "kept"


A = AppointmentStatus
# A correction may turn a no-show or a cancellation into a kept session; nothing undoes a kept one here.
NEXT: dict[AppointmentStatus, frozenset[AppointmentStatus]] = {
    A.BOOKED: frozenset({A.CANCELLED, A.NO_SHOW, A.KEPT}),
    A.CANCELLED: frozenset({A.KEPT}),
    A.NO_SHOW: frozenset({A.KEPT}),
    A.KEPT: frozenset(),
}
