"""Wires the service together."""

from shared.app import create_app

from clinical_records.consumers import HANDLERS, PROJECTIONS
from clinical_records.integrations import PORTS
from clinical_records.routers import (
    assessments,
    care_team,
    diagnoses,
    discharges,
    me,
    measure_administrations,
    measures,
    notes,
    plans,
    risk,
    risk_assessments,
)
from clinical_records.settings import Settings
from clinical_records.timers import TIMERS

app = create_app(
    "clinical-records",
    Settings(),
    routers=[
        measures.router,
        measure_administrations.router,
        risk.router,
        risk_assessments.router,
        assessments.router,
        assessments.domains,
        diagnoses.router,
        care_team.router,
        care_team.caseloads,
        plans.router,
        notes.router,
        notes.chains,
        discharges.router,
        me.router,
    ],
    handlers=HANDLERS,
    projections=PROJECTIONS,
    timers=TIMERS,
    ports=PORTS,
)
