"""What intake does when another service reports a fact."""

from datetime import datetime

from shared.access import RELATIONSHIP, related
from shared.consumer import handlers, on
from shared.contracts.authorizations import DisclosureMade
from shared.contracts.clinical_records import AssessmentSigned, CareTeamChanged, DischargeFinalized
from shared.contracts.disclosures import DisclosureMadeV2
from shared.contracts.gateway import AgencyChanged, ClinicChanged
from shared.contracts.scheduling import AppointmentKept
from shared.db import Transaction
from shared.glass import BREAKING_GLASS
from shared.projections import Fact, project, projections, put
from shared.signed_out import SIGNING_OUT

from intake.models import AgencyCalendar, Clinic
from intake.use_cases.activate_episode import activate_episode
from intake.use_cases.close_episode import close_episode
from intake.use_cases.mark_evaluated import mark_evaluated
from intake.use_cases.mark_served import mark_served
from intake.use_cases.record_disclosure import record_disclosure


def on_agency_changed(event: AgencyChanged, at: datetime) -> Fact:
    days = [day.isoformat() for day in event.holidays]
    return put(AgencyCalendar, id=event.agency_id, timezone=event.timezone, holidays=days)


def on_clinic_changed(event: ClinicChanged, at: datetime) -> Fact:
    return put(Clinic, id=event.clinic_id, timezone=event.timezone, is_active=event.is_active)


def on_care_team_changed(event: CareTeamChanged, at: datetime) -> Fact:
    return related(
        staff_id=event.member_id, client_id=event.client_id, kind="care_team", since=event.since, until=event.until
    )


EVERYONE = ("intake", "clinical-records", "scheduling", "referrals", "authorizations", "workforce")


async def on_appointment_kept(tx: Transaction, event: AppointmentKept) -> None:
    await mark_served(tx, event.client_id, at=event.started_at, by=tx.by)
    await activate_episode(tx, event.client_id, episode_id=event.episode_id, by=tx.by)


async def on_assessment_signed(tx: Transaction, event: AssessmentSigned) -> None:
    await mark_evaluated(tx, event.client_id, by=tx.by)


async def on_discharge_finalized(tx: Transaction, event: DischargeFinalized) -> None:
    await close_episode(tx, event.episode_id, closed_on=event.discharged_on, reason=event.reason_code, by=tx.by)


async def on_disclosure_made(tx: Transaction, event: DisclosureMade | DisclosureMadeV2) -> None:
    await record_disclosure(tx, event, by=tx.by)


HANDLERS = handlers(
    on(AppointmentKept, on_appointment_kept),
    on(AssessmentSigned, on_assessment_signed),
    on(DischargeFinalized, on_discharge_finalized),
    on(DisclosureMade, on_disclosure_made),
    on(DisclosureMadeV2, on_disclosure_made, topics=EVERYONE),
)
PROJECTIONS = projections(
    project(AgencyChanged, on_agency_changed, into=AgencyCalendar),
    project(ClinicChanged, on_clinic_changed, into=Clinic),
    project(CareTeamChanged, on_care_team_changed, into=RELATIONSHIP),
    *SIGNING_OUT,
    *BREAKING_GLASS,
)
