"""The service: its routes, handlers and timers."""

from shared.app import create_app

from intake.consumers import HANDLERS, PROJECTIONS
from intake.integrations import PORTS
from intake.routers import (
    client_keys,
    clients,
    consents,
    disclosures,
    episodes,
    inquiries,
    legal_holds,
    programs,
    restrictions,
)
from intake.settings import Settings
from intake.timers import TIMERS

settings = Settings()
ROUTERS = [
    inquiries.router,
    clients.router,
    restrictions.router,
    consents.router,
    programs.router,
    episodes.router,
    disclosures.router,
    legal_holds.router,
    client_keys.router,
]
app = create_app(
    "intake", settings, routers=ROUTERS, handlers=HANDLERS, projections=PROJECTIONS, timers=TIMERS, ports=PORTS
)
