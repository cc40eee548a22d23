"""What intake does when another service reports a fact."""

from shared.access import relate
from shared.consumer import handlers, on
from shared.contracts.authorizations import DisclosureMade
from shared.contracts.clinical_records import AssessmentSigned, CareTeamChanged, DischargeFinalized
from shared.contracts.gateway import AgencyChanged, ClinicChanged
from shared.contracts.scheduling import AppointmentKept
from shared.db import Transaction

from intake import queries
from intake.use_cases.activate_episode import activate_episode
from intake.use_cases.close_episode import close_episode
from intake.use_cases.mark_evaluated import mark_evaluated
from intake.use_cases.mark_served import mark_served
from intake.use_cases.record_disclosure import record_disclosure


async def on_agency_changed(tx: Transaction, event: AgencyChanged) -> None:
    await queries.keep_calendar(tx, event.timezone, event.holidays)


async def on_clinic_changed(tx: Transaction, event: ClinicChanged) -> None:
    await queries.keep_clinic(tx, event.clinic_id, event.timezone, is_active=event.is_active)


async def on_care_team_changed(tx: Transaction, event: CareTeamChanged) -> None:
    await relate(
        tx, staff_id=event.member_id, client_id=event.client_id, kind="care_team", since=event.since, until=event.until
    )


async def on_appointment_kept(tx: Transaction, event: AppointmentKept) -> None:
    await mark_served(tx, event.client_id, at=event.started_at, by=tx.by)
    await activate_episode(tx, event.client_id, episode_id=event.episode_id, by=tx.by)


async def on_assessment_signed(tx: Transaction, event: AssessmentSigned) -> None:
    await mark_evaluated(tx, event.client_id, by=tx.by)


async def on_discharge_finalized(tx: Transaction, event: DischargeFinalized) -> None:
    await close_episode(tx, event.episode_id, closed_on=event.discharged_on, reason=event.reason_code, by=tx.by)


async def on_disclosure_made(tx: Transaction, event: DisclosureMade) -> None:
    await record_disclosure(tx, event, by=tx.by)


HANDLERS = handlers(
    on(AppointmentKept, on_appointment_kept),
    on(AssessmentSigned, on_assessment_signed),
    on(DischargeFinalized, on_discharge_finalized),
    on(DisclosureMade, on_disclosure_made),
)
PROJECTIONS = handlers(
    on(AgencyChanged, on_agency_changed),
    on(ClinicChanged, on_clinic_changed),
    on(CareTeamChanged, on_care_team_changed),
)
