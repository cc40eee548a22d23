"""The service: its routes, handlers and timers."""

from fastapi import FastAPI
from shared.app import create_app

from intake.consumers import HANDLERS, PROJECTIONS
from intake.integrations import PORTS
from intake.routers import (
    client_keys,
    clients,
    consents,
    disclosures,
    episodes,
    guardianships,
    inquiries,
    legal_holds,
    me,
    programs,
    restrictions,
)
from intake.settings import Settings
from intake.timers import TIMERS
from intake.use_cases.decide_at_home import decide_at_home

settings = Settings()
ROUTERS = [
    inquiries.receipts,
    inquiries.router,
    clients.router,
    restrictions.router,
    guardianships.router,
    consents.router,
    programs.router,
    episodes.router,
    disclosures.policies,
    disclosures.router,
    legal_holds.router,
    client_keys.router,
    me.clients,
    me.consents,
    me.disclosures,
]


async def start(app: FastAPI) -> None:
    app.state.exits.ask = decide_at_home(app.state.database)


app = create_app(
    "intake",
    settings,
    routers=ROUTERS,
    handlers=HANDLERS,
    projections=PROJECTIONS,
    timers=TIMERS,
    ports=PORTS,
    start=start,
)
