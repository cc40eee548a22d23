"""What authorizations does when another service reports a fact."""

from datetime import datetime

from shared.access import RELATIONSHIP, related
from shared.consumer import handlers, on
from shared.contracts.clinical_records import (
    CareTeamChanged,
    DiagnosisRecorded,
    DischargeFinalized,
    NoteFinalized,
    NoteVoided,
)
from shared.contracts.gateway import AgencyChanged
from shared.contracts.intake import (
    ClientKeyDestroyed,
    ClientRegistered,
    ConsentExpired,
    ConsentGranted,
    ConsentRevoked,
    ConsentSuperseded,
    EpisodeOpened,
)
from shared.contracts.scheduling import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentKept,
    AppointmentLateCancelled,
    AppointmentNoShow,
)
from shared.contracts.workforce import ClinicianProfileChanged
from shared.db import Transaction
from shared.glass import BREAKING_GLASS
from shared.holds import HOLDS, on_client_key_destroyed
from shared.projections import Fact, project, projections, put
from shared.signed_out import SIGNING_OUT

from authorizations.models import AgencyCalendar, Client
from authorizations.rules.appointments import AppointmentStatus
from authorizations.use_cases.book_appointment import book_appointment
from authorizations.use_cases.discharge_client import discharge_client
from authorizations.use_cases.drop_appointment import drop_appointment
from authorizations.use_cases.end_consent import end_consent
from authorizations.use_cases.file_charge import file_charge
from authorizations.use_cases.keep_appointment import keep_appointment
from authorizations.use_cases.note_clinician import note_clinician
from authorizations.use_cases.note_consent import note_consent
from authorizations.use_cases.note_diagnosis import note_diagnosis
from authorizations.use_cases.note_episode import note_episode
from authorizations.use_cases.take_back_note import take_back_note


def on_agency_changed(event: AgencyChanged, at: datetime) -> Fact:
    return put(AgencyCalendar, id=event.agency_id, timezone=event.timezone)


def on_client_registered(event: ClientRegistered, at: datetime) -> Fact:
    return put(Client, id=event.client_id, clinic_id=event.clinic_id)


def on_care_team_changed(event: CareTeamChanged, at: datetime) -> Fact:
    return related(
        staff_id=event.member_id, client_id=event.client_id, kind="care_team", since=event.since, until=event.until
    )


async def on_episode_opened(tx: Transaction, event: EpisodeOpened) -> None:
    await note_episode(tx, event, by=tx.by)


async def on_consent_granted(tx: Transaction, event: ConsentGranted) -> None:
    await note_consent(tx, event, by=tx.by)


async def on_consent_revoked(tx: Transaction, event: ConsentRevoked) -> None:
    await end_consent(tx, event.consent_id, event.client_id, ended_at=event.effective_at, by=tx.by)


async def on_consent_expired(tx: Transaction, event: ConsentExpired) -> None:
    await end_consent(tx, event.consent_id, event.client_id, ended_at=tx.now, by=tx.by)


async def on_consent_superseded(tx: Transaction, event: ConsentSuperseded) -> None:
    await end_consent(tx, event.consent_id, event.client_id, ended_at=tx.now, by=tx.by)


async def on_diagnosis_recorded(tx: Transaction, event: DiagnosisRecorded) -> None:
    await note_diagnosis(tx, event, by=tx.by)


async def on_clinician_profile_changed(tx: Transaction, event: ClinicianProfileChanged) -> None:
    await note_clinician(tx, event, by=tx.by)


async def on_appointment_booked(tx: Transaction, event: AppointmentBooked) -> None:
    await book_appointment(tx, event, by=tx.by)


async def on_appointment_cancelled(tx: Transaction, event: AppointmentCancelled) -> None:
    await drop_appointment(tx, event.appointment_id, AppointmentStatus.CANCELLED, by=tx.by)


async def on_appointment_late_cancelled(tx: Transaction, event: AppointmentLateCancelled) -> None:
    await drop_appointment(tx, event.appointment_id, AppointmentStatus.CANCELLED, by=tx.by)


async def on_appointment_no_show(tx: Transaction, event: AppointmentNoShow) -> None:
    await drop_appointment(tx, event.appointment_id, AppointmentStatus.NO_SHOW, by=tx.by)


async def on_appointment_kept(tx: Transaction, event: AppointmentKept) -> None:
    await keep_appointment(tx, event, by=tx.by)


async def on_note_finalized(tx: Transaction, event: NoteFinalized) -> None:
    await file_charge(tx, event, by=tx.by)


async def on_note_voided(tx: Transaction, event: NoteVoided) -> None:
    await take_back_note(tx, event, by=tx.by)


async def on_discharge_finalized(tx: Transaction, event: DischargeFinalized) -> None:
    await discharge_client(tx, event, by=tx.by)


HANDLERS = handlers(
    on(EpisodeOpened, on_episode_opened),
    on(ConsentGranted, on_consent_granted),
    on(ConsentRevoked, on_consent_revoked),
    on(ConsentExpired, on_consent_expired),
    on(ConsentSuperseded, on_consent_superseded),
    on(DiagnosisRecorded, on_diagnosis_recorded),
    on(ClinicianProfileChanged, on_clinician_profile_changed),
    on(AppointmentBooked, on_appointment_booked),
    on(AppointmentCancelled, on_appointment_cancelled),
    on(AppointmentLateCancelled, on_appointment_late_cancelled),
    on(AppointmentNoShow, on_appointment_no_show),
    on(AppointmentKept, on_appointment_kept),
    on(NoteFinalized, on_note_finalized),
    on(NoteVoided, on_note_voided),
    on(DischargeFinalized, on_discharge_finalized),
    on(ClientKeyDestroyed, on_client_key_destroyed),
)
PROJECTIONS = projections(
    project(AgencyChanged, on_agency_changed, into=AgencyCalendar),
    project(ClientRegistered, on_client_registered, into=Client),
    project(CareTeamChanged, on_care_team_changed, into=RELATIONSHIP),
    *SIGNING_OUT,
    *BREAKING_GLASS,
    *HOLDS,
)
