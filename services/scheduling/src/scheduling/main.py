"""Scheduling, put together."""

from shared.app import create_app

from scheduling.consumers import HANDLERS, PROJECTIONS
from scheduling.integrations import PORTS
from scheduling.routers import appointment_series, appointments, availabilities, gate_policies, me, slots
from scheduling.settings import Settings
from scheduling.timers import TIMERS

settings = Settings()
app = create_app(
    "scheduling",
    settings,
    routers=[
        availabilities.router,
        slots.router,
        appointments.router,
        appointment_series.router,
        gate_policies.router,
        me.router,
    ],
    handlers=HANDLERS,
    projections=PROJECTIONS,
    timers=TIMERS,
    ports=PORTS,
)
