"""The only wiring of referrals."""

from shared.app import create_app

from referrals.consumers import HANDLERS, PROJECTIONS
from referrals.integrations import PORTS
from referrals.routers import (
    aftercare_plans,
    locations,
    needs,
    organizations,
    referrals,
    services,
)
from referrals.settings import Settings
from referrals.timers import TIMERS

settings = Settings()
app = create_app(
    "referrals",
    settings,
    routers=[
        organizations.router,
        services.router,
        locations.router,
        needs.router,
        referrals.router,
        aftercare_plans.router,
    ],
    handlers=HANDLERS,
    projections=PROJECTIONS,
    timers=TIMERS,
    ports=PORTS,
)
