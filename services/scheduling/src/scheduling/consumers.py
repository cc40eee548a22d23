"""What scheduling does when another service reports a fact: episodes are records, all else is projected."""

from shared.access import relate
from shared.consumer import handlers, on
from shared.contracts.authorizations import (
    AuthApproved,
    AuthExpired,
    AuthorizationTerminated,
    AuthUnitConsumed,
    AuthUnitReleased,
    AuthUnitReserved,
    EligibilityChecked,
)
from shared.contracts.clinical_records import CareTeamChanged, DischargeFinalized
from shared.contracts.gateway import ClinicChanged
from shared.contracts.intake import ClientRegistered, ConsentExpired, ConsentGranted, ConsentRevoked, EpisodeOpened
from shared.contracts.workforce import CredentialExpired, CredentialVerified
from shared.db import Transaction

from scheduling import queries
from scheduling.use_cases.cancel_for_discharge import cancel_for_discharge
from scheduling.use_cases.open_episode import open_episode


async def on_episode_opened(tx: Transaction, event: EpisodeOpened) -> None:
    await open_episode(tx, event.episode_id, client_id=event.client_id, by=tx.by)


async def on_discharge_finalized(tx: Transaction, event: DischargeFinalized) -> None:
    await cancel_for_discharge(tx, event.episode_id, client_id=event.client_id, closed_on=event.discharged_on, by=tx.by)


async def on_clinic_changed(tx: Transaction, event: ClinicChanged) -> None:
    await queries.keep_clinic(tx, event.clinic_id, event.timezone, is_active=event.is_active)


async def on_client_registered(tx: Transaction, event: ClientRegistered) -> None:
    await queries.keep_client(tx, event.client_id, event.clinic_id)


async def on_care_team_changed(tx: Transaction, event: CareTeamChanged) -> None:
    await relate(
        tx, staff_id=event.member_id, client_id=event.client_id, kind="care_team", since=event.since, until=event.until
    )


async def on_consent_granted(tx: Transaction, event: ConsentGranted) -> None:
    await queries.keep_consent(
        tx,
        event.consent_id,
        event.client_id,
        type_=event.type,
        effective_from=event.effective_from,
        expires_at=event.expires_at,
    )


async def on_consent_revoked(tx: Transaction, event: ConsentRevoked) -> None:
    await queries.end_consent(tx, event.consent_id, event.client_id, type_=event.type, at=event.effective_at)


async def on_consent_expired(tx: Transaction, event: ConsentExpired) -> None:
    await queries.end_consent(tx, event.consent_id, event.client_id, type_=event.type, at=tx.now)


async def on_eligibility_checked(tx: Transaction, event: EligibilityChecked) -> None:
    await queries.keep_eligibility(
        tx, event.client_id, needs_authorization=event.auth_required.get("MH", "U"), service_date=event.service_date
    )


async def on_auth_approved(tx: Transaction, event: AuthApproved) -> None:
    await queries.keep_authorization(
        tx,
        event.auth_id,
        event.client_id,
        service_kind=event.service_kind,
        valid_from=event.valid_from,
        valid_until=event.valid_until,
        available=event.units,
    )


async def on_auth_units_changed(tx: Transaction, event: AuthUnitReserved | AuthUnitReleased | AuthUnitConsumed) -> None:
    await queries.keep_units(tx, event.auth_id, event.available)


async def on_auth_ended(tx: Transaction, event: AuthExpired | AuthorizationTerminated) -> None:
    await queries.end_authorization(tx, event.auth_id)


async def on_credential_verified(tx: Transaction, event: CredentialVerified) -> None:
    await queries.keep_credential(
        tx,
        event.credential_id,
        event.clinician_id,
        state=event.state,
        issued_on=event.issued_on,
        expires_on=event.expires_on,
    )


async def on_credential_expired(tx: Transaction, event: CredentialExpired) -> None:
    await queries.expire_credential(tx, event.credential_id, event.expired_on)


HANDLERS = handlers(on(EpisodeOpened, on_episode_opened), on(DischargeFinalized, on_discharge_finalized))
PROJECTIONS = handlers(
    on(ClinicChanged, on_clinic_changed),
    on(ClientRegistered, on_client_registered),
    on(CareTeamChanged, on_care_team_changed),
    on(ConsentGranted, on_consent_granted),
    on(ConsentRevoked, on_consent_revoked),
    on(ConsentExpired, on_consent_expired),
    on(EligibilityChecked, on_eligibility_checked),
    on(AuthApproved, on_auth_approved),
    on(AuthUnitReserved, on_auth_units_changed),
    on(AuthUnitReleased, on_auth_units_changed),
    on(AuthUnitConsumed, on_auth_units_changed),
    on(AuthExpired, on_auth_ended),
    on(AuthorizationTerminated, on_auth_ended),
    on(CredentialVerified, on_credential_verified),
    on(CredentialExpired, on_credential_expired),
)
