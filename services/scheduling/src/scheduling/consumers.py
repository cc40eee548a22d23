"""What scheduling does when another service reports a fact: episodes are records, all else is projected."""

from datetime import datetime

from shared.access import RELATIONSHIP, related
from shared.consumer import handlers, on
from shared.contracts.authorizations import (
    AuthApproved,
    AuthExpired,
    AuthorizationTerminated,
    AuthUnitConsumed,
    AuthUnitReleased,
    AuthUnitReserved,
    AuthUnitReversed,
    EligibilityChecked,
)
from shared.contracts.clinical_records import CareTeamChanged, DischargeFinalized
from shared.contracts.gateway import ClinicChanged
from shared.contracts.intake import (
    ClientKeyDestroyed,
    ClientRegistered,
    ConsentExpired,
    ConsentGranted,
    ConsentRevoked,
    ConsentSuperseded,
    EpisodeOpened,
)
from shared.contracts.workforce import CredentialExpired, CredentialVerified
from shared.db import Transaction
from shared.glass import BREAKING_GLASS
from shared.holds import HOLDS, on_client_key_destroyed
from shared.projections import Fact, change, project, projections, put
from shared.signed_out import SIGNING_OUT

from scheduling.models import AuthorizationFact, Client, Clinic, ConsentFact, CredentialFact, EligibilityFact
from scheduling.use_cases.cancel_for_discharge import cancel_for_discharge
from scheduling.use_cases.open_episode import open_episode


async def on_episode_opened(tx: Transaction, event: EpisodeOpened) -> None:
    await open_episode(tx, event.episode_id, client_id=event.client_id, is_part2=event.is_part2, by=tx.by)


async def on_discharge_finalized(tx: Transaction, event: DischargeFinalized) -> None:
    await cancel_for_discharge(tx, event.episode_id, client_id=event.client_id, closed_on=event.discharged_on, by=tx.by)


def on_clinic_changed(event: ClinicChanged, at: datetime) -> Fact:
    return put(Clinic, id=event.clinic_id, timezone=event.timezone, is_active=event.is_active)


def on_client_registered(event: ClientRegistered, at: datetime) -> Fact:
    return put(Client, id=event.client_id, clinic_id=event.clinic_id)


def on_care_team_changed(event: CareTeamChanged, at: datetime) -> Fact:
    return related(
        staff_id=event.member_id, client_id=event.client_id, kind="care_team", since=event.since, until=event.until
    )


def on_consent_granted(event: ConsentGranted, at: datetime) -> Fact:
    return put(
        ConsentFact, id=event.consent_id, client_id=event.client_id, type=event.type,
        effective_from=event.effective_from, expires_at=event.expires_at,
    )  # fmt: skip


def on_consent_revoked(event: ConsentRevoked, at: datetime) -> Fact:
    return change(ConsentFact, id=event.consent_id, ended_at=event.effective_at)


def on_consent_expired(event: ConsentExpired, at: datetime) -> Fact:
    return change(ConsentFact, id=event.consent_id, ended_at=at)


def on_consent_superseded(event: ConsentSuperseded, at: datetime) -> Fact:
    return change(ConsentFact, id=event.consent_id, ended_at=at)


def on_eligibility_checked(event: EligibilityChecked, at: datetime) -> Fact:
    return put(
        EligibilityFact, newest="service_date", id=event.client_id, service_date=event.service_date,
        needs_authorization=event.auth_required.get("MH", "U"),
    )  # fmt: skip


def on_auth_approved(event: AuthApproved, at: datetime) -> Fact:
    return put(
        AuthorizationFact, id=event.auth_id, client_id=event.client_id, service_kind=event.service_kind,
        valid_from=event.valid_from, valid_until=event.valid_until, available=event.units, is_ended=False,
    )  # fmt: skip


Units = AuthUnitReserved | AuthUnitReleased | AuthUnitConsumed | AuthUnitReversed


def on_auth_units_changed(event: Units, at: datetime) -> Fact:
    return change(AuthorizationFact, id=event.auth_id, available=event.available)


def on_auth_ended(event: AuthExpired | AuthorizationTerminated, at: datetime) -> Fact:
    return change(AuthorizationFact, id=event.auth_id, is_ended=True)


def on_credential_verified(event: CredentialVerified, at: datetime) -> Fact:
    return put(
        CredentialFact, id=event.credential_id, clinician_id=event.clinician_id, state=event.state,
        issued_on=event.issued_on, expires_on=event.expires_on, expired_on=None,
    )  # fmt: skip


def on_credential_expired(event: CredentialExpired, at: datetime) -> Fact:
    return change(CredentialFact, id=event.credential_id, expired_on=event.expired_on)


HANDLERS = handlers(
    on(EpisodeOpened, on_episode_opened),
    on(DischargeFinalized, on_discharge_finalized),
    on(ClientKeyDestroyed, on_client_key_destroyed),
)
PROJECTIONS = projections(
    project(ClinicChanged, on_clinic_changed, into=Clinic),
    project(ClientRegistered, on_client_registered, into=Client),
    project(CareTeamChanged, on_care_team_changed, into=RELATIONSHIP),
    project(ConsentGranted, on_consent_granted, into=ConsentFact),
    project(ConsentRevoked, on_consent_revoked, into=ConsentFact),
    project(ConsentExpired, on_consent_expired, into=ConsentFact),
    project(ConsentSuperseded, on_consent_superseded, into=ConsentFact),
    project(EligibilityChecked, on_eligibility_checked, into=EligibilityFact),
    project(AuthApproved, on_auth_approved, into=AuthorizationFact),
    project(AuthUnitReserved, on_auth_units_changed, into=AuthorizationFact),
    project(AuthUnitReleased, on_auth_units_changed, into=AuthorizationFact),
    project(AuthUnitConsumed, on_auth_units_changed, into=AuthorizationFact),
    project(AuthUnitReversed, on_auth_units_changed, into=AuthorizationFact),
    project(AuthExpired, on_auth_ended, into=AuthorizationFact),
    project(AuthorizationTerminated, on_auth_ended, into=AuthorizationFact),
    project(CredentialVerified, on_credential_verified, into=CredentialFact),
    project(CredentialExpired, on_credential_expired, into=CredentialFact),
    *SIGNING_OUT,
    *BREAKING_GLASS,
    *HOLDS,
)
