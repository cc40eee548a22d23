"""What clinical-records does when another service reports a fact."""

from datetime import datetime

from shared.consumer import handlers, on
from shared.contracts.gateway import AgencyChanged, ClinicChanged
from shared.contracts.intake import ClientKeyDestroyed, ClientRegistered, EpisodeClosed, EpisodeOpened, ProgramPublished
from shared.contracts.scheduling import AppointmentKept
from shared.contracts.workforce import (
    ClinicianProfileChanged,
    CredentialExpired,
    CredentialVerified,
    SupervisionAssigned,
)
from shared.db import Transaction
from shared.glass import BREAKING_GLASS
from shared.holds import HOLDS, on_client_key_destroyed
from shared.projections import Fact, change, project, projections, put
from shared.signed_out import SIGNING_OUT

from clinical_records.models import Agency, Clinic, Clinician, Credential, Program, Supervision
from clinical_records.use_cases.add_client_stub import add_client_stub
from clinical_records.use_cases.add_note_stub import add_note_stub
from clinical_records.use_cases.close_episode import close_episode
from clinical_records.use_cases.open_episode import open_episode


async def on_client_registered(tx: Transaction, event: ClientRegistered) -> None:
    await add_client_stub(tx, event.client_id, clinic_id=event.clinic_id, age_band=event.age_band, by=tx.by)


async def on_episode_opened(tx: Transaction, event: EpisodeOpened) -> None:
    await open_episode(tx, event, by=tx.by)


async def on_episode_closed(tx: Transaction, event: EpisodeClosed) -> None:
    await close_episode(tx, event.episode_id, event.closed_on, by=tx.by)


async def on_appointment_kept(tx: Transaction, event: AppointmentKept) -> None:
    await add_note_stub(tx, event, by=tx.by)


def on_agency_changed(event: AgencyChanged, at: datetime) -> Fact:
    return put(Agency, id=event.agency_id, timezone=event.timezone)


def on_clinic_changed(event: ClinicChanged, at: datetime) -> Fact:
    return put(Clinic, id=event.clinic_id, timezone=event.timezone)


def on_program_published(event: ProgramPublished, at: datetime) -> Fact:
    return put(
        Program, id=event.program_id, clinic_id=event.clinic_id, is_part2=event.is_part2,
        review_every_days=event.review_every_days,
    )  # fmt: skip


def on_clinician_profile_changed(event: ClinicianProfileChanged, at: datetime) -> Fact:
    return put(
        Clinician, id=event.clinician_id, npi=event.npi, can_sign_independently=event.can_sign_independently,
        needs_cosign=event.needs_cosign,
    )  # fmt: skip


def on_credential_verified(event: CredentialVerified, at: datetime) -> Fact:
    return put(
        Credential, id=event.credential_id, clinician_id=event.clinician_id, issued_on=event.issued_on,
        expires_on=event.expires_on,
    )  # fmt: skip


def on_credential_expired(event: CredentialExpired, at: datetime) -> Fact:
    return change(Credential, id=event.credential_id, expires_on=event.expired_on)


def on_supervision_assigned(event: SupervisionAssigned, at: datetime) -> Fact:
    return put(
        Supervision, id=event.assignment_id, supervisee_id=event.supervisee_id, supervisor_id=event.supervisor_id,
        starts_on=event.starts_on, ends_on=event.ends_on,
    )  # fmt: skip


HANDLERS = handlers(
    on(ClientRegistered, on_client_registered),
    on(EpisodeOpened, on_episode_opened),
    on(EpisodeClosed, on_episode_closed),
    on(AppointmentKept, on_appointment_kept),
    on(ClientKeyDestroyed, on_client_key_destroyed),
)
PROJECTIONS = projections(
    project(AgencyChanged, on_agency_changed, into=Agency),
    project(ClinicChanged, on_clinic_changed, into=Clinic),
    project(ProgramPublished, on_program_published, into=Program),
    project(ClinicianProfileChanged, on_clinician_profile_changed, into=Clinician),
    project(CredentialVerified, on_credential_verified, into=Credential),
    project(CredentialExpired, on_credential_expired, into=Credential),
    project(SupervisionAssigned, on_supervision_assigned, into=Supervision),
    *SIGNING_OUT,
    *BREAKING_GLASS,
    *HOLDS,
)
