"""The only wiring of authorizations."""

from fastapi import FastAPI
from shared.app import create_app
from shared.exits import Kind, exit_of
from shared.outbound import port, ports

from authorizations.consumers import HANDLERS, PROJECTIONS
from authorizations.integrations import ELIGIBILITY_CLASSES, REQUEST_CLASSES, PayerGate
from authorizations.neighbours import permit_of, read_card
from authorizations.routers import (
    authorization_requests,
    authorizations,
    charges,
    coverages,
    eligibility_checks,
    payers,
    service_codes,
)
from authorizations.settings import Settings
from authorizations.timers import TIMERS
from authorizations.use_cases.record_eligibility import record_eligibility
from authorizations.use_cases.record_payer_answer import record_payer_answer

settings = Settings()
gate = PayerGate(settings, read_card, permit_of)
ELIGIBILITY = exit_of(*ELIGIBILITY_CLASSES, kind=Kind.PACKET)
REQUEST = exit_of(*REQUEST_CLASSES, kind=Kind.PACKET)
PORTS = ports(
    port(
        "payer.eligibility",
        gate.ask_eligibility,
        record=record_eligibility,
        leaves=ELIGIBILITY,
    ),
    port("payer.submit", gate.submit, record=record_payer_answer, leaves=REQUEST),
    port("payer.inquire", gate.inquire, record=record_payer_answer, leaves=ELIGIBILITY),
)
ROUTERS = (payers, coverages, eligibility_checks, authorization_requests, authorizations, service_codes, charges)


async def start(app: FastAPI) -> None:
    gate.open(app.state.database, app.state.neighbours)


app = create_app(
    "authorizations",
    settings,
    routers=[module.router for module in ROUTERS],
    handlers=HANDLERS,
    projections=PROJECTIONS,
    timers=TIMERS,
    ports=PORTS,
    start=start,
)
