"""The only wiring of authorizations."""

from fastapi import FastAPI
from shared.app import create_app
from shared.outbound import port, ports

from authorizations.consumers import HANDLERS, PROJECTIONS
from authorizations.integrations import PayerGate
from authorizations.neighbours import may_disclose, read_card
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
gate = PayerGate(settings, read_card, may_disclose)
PORTS = ports(
    port("payer.eligibility", gate.ask_eligibility, record=record_eligibility),
    port("payer.submit", gate.submit, record=record_payer_answer),
    port("payer.inquire", gate.inquire, record=record_payer_answer),
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
