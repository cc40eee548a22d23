"""The only wiring of workforce."""

from shared.app import create_app

from workforce.consumers import HANDLERS, PROJECTIONS
from workforce.integrations import PORTS
from workforce.routers import clinicians, credentials, supervision_assignments, supervision_sessions, tasks
from workforce.settings import Settings
from workforce.timers import TIMERS

settings = Settings()
app = create_app(
    "workforce",
    settings,
    routers=[
        clinicians.router,
        credentials.router,
        supervision_assignments.router,
        supervision_sessions.router,
        tasks.router,
    ],
    handlers=HANDLERS,
    projections=PROJECTIONS,
    timers=TIMERS,
    ports=PORTS,
)
