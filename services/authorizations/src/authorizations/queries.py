"""Every select, and who may see which rows: whoever reaches the client, by caseload or by the agency's roles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from shared.access import visible
from shared.db import Transaction
from shared.pagination import Page, PageRequest, encode
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from authorizations.models import (
    AgencyCalendar,
    Appointment,
    Authorization,
    AuthorizationRequest,
    Charge,
    Client,
    Clinician,
    Consent,
    Coverage,
    Diagnosis,
    Duty,
    EligibilityCheck,
    Episode,
    Payer,
    UnitEntry,
)
from authorizations.rules.appointments import AppointmentStatus
from authorizations.rules.authorizations import OPEN as OPEN_AUTHORIZATIONS
from authorizations.rules.authorizations import AuthorizationStatus
from authorizations.rules.charges import OPEN as OPEN_CHARGES
from authorizations.rules.charges import ChargeStatus
from authorizations.rules.eligibility import ANSWERED
from authorizations.rules.requests import RequestStatus
from authorizations.rules.service_codes import ServiceKind

NO_ZONE_KNOWN = "UTC"
ID, TEXT, DAY = sa.Uuid(), sa.String(), sa.Date()


def same(column: Any, name: str, kind: Any) -> sa.ColumnElement[bool]:
    """A filter of a list: left out when the parameter is None."""
    wanted = sa.bindparam(name, type_=kind)
    return sa.or_(wanted.is_(None), column == wanted)


BY_ID = sa.bindparam("id", type_=ID)
BY_CLIENT = sa.bindparam("client_id", type_=ID)
ON = sa.bindparam("on", type_=DAY)
KIND = sa.bindparam("service_kind", type_=TEXT)

PAYER = select(Payer).where(col(Payer.id) == BY_ID)
PAYER_LOCKED = PAYER.with_for_update()
PAYERS = select(Payer)
CLIENT = select(Client).where(col(Client.id) == BY_CLIENT, visible(col(Client.id)))

COVERAGE = select(Coverage).where(col(Coverage.id) == BY_ID, visible(col(Coverage.client_id)))
COVERAGES = select(Coverage).where(same(col(Coverage.client_id), "client_id", ID), visible(col(Coverage.client_id)))
COVERAGES_OF_CLIENT = select(Coverage).where(col(Coverage.client_id) == BY_CLIENT).order_by(col(Coverage.id))

CHECK = select(EligibilityCheck).where(col(EligibilityCheck.id) == BY_ID, visible(col(EligibilityCheck.client_id)))
LOCK_CHECK = CHECK.with_for_update()
CHECKS = select(EligibilityCheck).where(
    same(col(EligibilityCheck.client_id), "client_id", ID),
    same(col(EligibilityCheck.coverage_id), "coverage_id", ID),
    visible(col(EligibilityCheck.client_id)),
)
LATEST_ANSWER = (
    select(EligibilityCheck)
    .where(
        col(EligibilityCheck.coverage_id) == sa.bindparam("coverage_id", type_=ID),
        col(EligibilityCheck.status).in_(sorted(ANSWERED)),
    )
    .order_by(col(EligibilityCheck.answered_at).desc(), col(EligibilityCheck.id).desc())
    .limit(1)
)

REQUEST = select(AuthorizationRequest).where(
    col(AuthorizationRequest.id) == BY_ID, visible(col(AuthorizationRequest.client_id))
)
LOCK_REQUEST = REQUEST.with_for_update()
REQUESTS = select(AuthorizationRequest).where(
    same(col(AuthorizationRequest.client_id), "client_id", ID),
    same(col(AuthorizationRequest.status), "status", TEXT),
    visible(col(AuthorizationRequest.client_id)),
)
WAIVED = (
    select(AuthorizationRequest)
    .where(
        col(AuthorizationRequest.coverage_id) == sa.bindparam("coverage_id", type_=ID),
        col(AuthorizationRequest.service_kind) == KIND,
        col(AuthorizationRequest.status) == RequestStatus.NOT_REQUIRED.value,
        col(AuthorizationRequest.valid_from) <= ON,
        col(AuthorizationRequest.valid_until) >= ON,
    )
    .limit(1)
)

AUTHORIZATION = select(Authorization).where(col(Authorization.id) == BY_ID, visible(col(Authorization.client_id)))
LOCK_AUTHORIZATION = AUTHORIZATION.with_for_update()
AUTHORIZATIONS = select(Authorization).where(
    same(col(Authorization.client_id), "client_id", ID),
    same(col(Authorization.status), "status", TEXT),
    visible(col(Authorization.client_id)),
)
# An expired authorization still pays for what was done inside its window; only new terms end an old promise.
LOCK_WINDOWS = (
    select(Authorization)
    .where(
        col(Authorization.client_id) == BY_CLIENT,
        col(Authorization.service_kind) == KIND,
        col(Authorization.valid_from) <= ON,
        col(Authorization.valid_until) >= ON,
        col(Authorization.status) != AuthorizationStatus.REVISED.value,
    )
    .order_by(col(Authorization.valid_until), col(Authorization.id))
    .with_for_update()
)
LOCK_OPEN = (
    select(Authorization)
    .where(col(Authorization.client_id) == BY_CLIENT, col(Authorization.status).in_(sorted(OPEN_AUTHORIZATIONS)))
    .order_by(col(Authorization.valid_until), col(Authorization.id))
    .with_for_update()
)
LEDGER = (
    select(UnitEntry)
    .where(
        col(UnitEntry.authorization_id) == sa.bindparam("authorization_id", type_=ID),
        visible(col(UnitEntry.client_id)),
        col(UnitEntry.sequence) > sa.bindparam("after", type_=sa.Integer()),
    )
    .order_by(col(UnitEntry.sequence))
    .limit(sa.bindparam("size", type_=sa.Integer()))
)
ENTRIES = (
    select(UnitEntry)
    .where(col(UnitEntry.appointment_id) == BY_ID)
    .order_by(col(UnitEntry.authorization_id), col(UnitEntry.sequence))
)

LOCK_APPOINTMENT = select(Appointment).where(col(Appointment.id) == BY_ID).with_for_update()
LOCK_WAITING = (
    select(Appointment)
    .where(
        col(Appointment.client_id) == BY_CLIENT,
        col(Appointment.service_kind) == KIND,
        col(Appointment.lacks_unit).is_(True),
        col(Appointment.status).in_([AppointmentStatus.BOOKED, AppointmentStatus.KEPT]),
        col(Appointment.service_date).between(sa.bindparam("since", type_=DAY), sa.bindparam("until", type_=DAY)),
    )
    .order_by(col(Appointment.service_date), col(Appointment.id))
    .with_for_update()
)
LOCK_BOOKED = (
    select(Appointment)
    .where(col(Appointment.client_id) == BY_CLIENT, col(Appointment.status) == AppointmentStatus.BOOKED.value)
    .order_by(col(Appointment.id))
    .with_for_update()
)

CHARGE = select(Charge).where(col(Charge.id) == BY_ID, visible(col(Charge.client_id)))
CHARGES = select(Charge).where(
    same(col(Charge.client_id), "client_id", ID),
    same(col(Charge.status), "status", TEXT),
    visible(col(Charge.client_id)),
)
LOCK_CHARGE_OF_NOTE = select(Charge).where(col(Charge.note_id) == BY_ID).with_for_update()
STILL_OPEN = col(Charge.status).in_(sorted(OPEN_CHARGES))
LOCK_OPEN_CHARGES = (
    select(Charge).where(col(Charge.client_id) == BY_CLIENT, STILL_OPEN).order_by(col(Charge.id)).with_for_update()
)
LOCK_CHARGES_OF_CLINICIAN = (
    select(Charge).where(col(Charge.rendering_id) == BY_ID, STILL_OPEN).order_by(col(Charge.id)).with_for_update()
)
SAME_DAY = select(Charge).where(
    col(Charge.client_id) == BY_CLIENT,
    col(Charge.service_date) == ON,
    col(Charge.id) != BY_ID,
    col(Charge.status) != ChargeStatus.VOID,
)

AGENCY = select(AgencyCalendar).limit(1)
EPISODE = select(Episode).where(col(Episode.id) == BY_ID)
LOCK_EPISODE = EPISODE.with_for_update()
OPEN_EPISODES = select(Episode).where(col(Episode.client_id) == BY_CLIENT, col(Episode.closed_on).is_(None))
DIAGNOSES = (
    select(Diagnosis)
    .where(col(Diagnosis.client_id) == BY_CLIENT)
    .order_by(col(Diagnosis.rank), col(Diagnosis.created_at))
)
CONSENTS = select(Consent).where(col(Consent.client_id) == BY_CLIENT).order_by(col(Consent.effective_from))
CLINICIAN = select(Clinician).where(col(Clinician.id) == BY_ID)
LOCK_DUTIES = (
    select(Duty)
    .where(
        col(Duty.kind).in_(sa.bindparam("kinds", type_=TEXT, expanding=True)),
        col(Duty.subject_id) == BY_ID,
        col(Duty.closed_at).is_(None),
    )
    .order_by(col(Duty.id))
    .with_for_update()
)

ROW = {"id": BY_ID, "agency_id": sa.bindparam("agency_id", type_=ID), "created_at": sa.bindparam("at"), "version": 1}
KEY = ["agency_id", "id"]


def upsert(model: Any, *names: str) -> Any:
    """Insert what another service told, or take its newer values."""
    statement = insert(model).values(**ROW, **{name: sa.bindparam(f"new_{name}") for name in names})
    newer = {name: statement.excluded[name] for name in names} | {"version": col(model.version) + 1}
    return statement.on_conflict_do_update(index_elements=KEY, set_=newer)


LOCK_NAME = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 47))")
KEEP_DUTY = (
    insert(Duty)
    .values(
        **ROW, kind=sa.bindparam("kind"), subject_id=sa.bindparam("subject_id"), client_id=sa.bindparam("of_client")
    )
    .on_conflict_do_nothing()
)
KEEP_EPISODE = upsert(Episode, "client_id", "clinic_id", "program_id", "is_part2", "opened_on")
KEEP_DIAGNOSIS = upsert(Diagnosis, "client_id", "episode_id", "code", "rank", "verification")
KEEP_CONSENT = upsert(Consent, "client_id", "type", "effective_from", "expires_at")
KEEP_CLINICIAN = upsert(Clinician, "npi", "needs_cosign")
END_CONSENT = (
    sa.update(Consent)
    .where(col(Consent.id) == sa.bindparam("consent", type_=ID))
    .values(ended_at=sa.bindparam("ended", type_=sa.DateTime(timezone=True)))
)


@dataclass(frozen=True)
class Packet:
    """What a payer is sent of a request, as this service holds it."""

    request: AuthorizationRequest
    coverage: Coverage
    payer: Payer
    diagnoses: Sequence[Diagnosis]


async def lock_client(tx: Transaction, client_id: UUID) -> None:
    """One at a time over a client's units and charges: else a fact and what waits for it miss each other."""
    await tx.rows(LOCK_NAME, name=f"{tx.agency_id}:client:{client_id}")


async def lock_clinician(tx: Transaction, clinician_id: UUID) -> None:
    await tx.rows(LOCK_NAME, name=f"{tx.agency_id}:clinician:{clinician_id}")


async def keep_duty(tx: Transaction, duty: Duty) -> bool:
    """False when a duty of this kind and subject is open already."""
    told = {"id": duty.id, "kind": duty.kind, "subject_id": duty.subject_id, "of_client": duty.client_id}
    return await tx.run(KEEP_DUTY, agency_id=tx.agency_id, at=tx.now, **told) == 1


async def keep(tx: Transaction, statement: Any, row_id: UUID, **values: Any) -> None:
    """One of the KEEP_ statements: what another service told, under its own id."""
    named = {f"new_{name}": value for name, value in values.items()}
    await tx.run(statement, id=row_id, agency_id=tx.agency_id, at=tx.now, **named)


async def end_consent(tx: Transaction, consent_id: UUID, ended_at: datetime) -> int:
    return await tx.run(END_CONSENT, consent=consent_id, ended=ended_at)


async def get_payer(tx: Transaction, payer_id: UUID) -> Payer:
    return await tx.fetch_one(Payer, PAYER, id=payer_id)


async def lock_payer(tx: Transaction, payer_id: UUID) -> Payer:
    return await tx.fetch_one(Payer, PAYER_LOCKED, id=payer_id)


async def list_payers(tx: Transaction, page: PageRequest) -> Page[Payer]:
    return await tx.fetch_page(Payer, PAYERS, page)


async def get_client(tx: Transaction, client_id: UUID) -> Client:
    return await tx.fetch_one(Client, CLIENT, client_id=client_id)


async def get_coverage(tx: Transaction, coverage_id: UUID) -> Coverage:
    return await tx.fetch_one(Coverage, COVERAGE, id=coverage_id)


async def list_coverages(tx: Transaction, page: PageRequest, *, client_id: UUID | None) -> Page[Coverage]:
    return await tx.fetch_page(Coverage, COVERAGES, page, client_id=client_id)


async def list_coverages_of(tx: Transaction, client_id: UUID) -> list[Coverage]:
    return await tx.fetch_all(Coverage, COVERAGES_OF_CLIENT, client_id=client_id)


async def get_check(tx: Transaction, check_id: UUID) -> EligibilityCheck:
    return await tx.fetch_one(EligibilityCheck, CHECK, id=check_id)


async def lock_check(tx: Transaction, check_id: UUID) -> EligibilityCheck:
    return await tx.fetch_one(EligibilityCheck, LOCK_CHECK, id=check_id)


async def list_checks(
    tx: Transaction, page: PageRequest, *, client_id: UUID | None, coverage_id: UUID | None
) -> Page[EligibilityCheck]:
    return await tx.fetch_page(EligibilityCheck, CHECKS, page, client_id=client_id, coverage_id=coverage_id)


async def find_latest_answer(tx: Transaction, coverage_id: UUID) -> EligibilityCheck | None:
    return await tx.fetch_optional(EligibilityCheck, LATEST_ANSWER, coverage_id=coverage_id)


async def get_request(tx: Transaction, request_id: UUID) -> AuthorizationRequest:
    return await tx.fetch_one(AuthorizationRequest, REQUEST, id=request_id)


async def lock_request(tx: Transaction, request_id: UUID) -> AuthorizationRequest:
    return await tx.fetch_one(AuthorizationRequest, LOCK_REQUEST, id=request_id)


async def list_requests(
    tx: Transaction, page: PageRequest, *, client_id: UUID | None, status: RequestStatus | None
) -> Page[AuthorizationRequest]:
    return await tx.fetch_page(AuthorizationRequest, REQUESTS, page, client_id=client_id, status=status)


async def is_waived(tx: Transaction, coverage_id: UUID, *, service_kind: ServiceKind, on: date) -> bool:
    """The payer answered a request for this service and day with "no authorization required"."""
    found = await tx.fetch_optional(
        AuthorizationRequest, WAIVED, coverage_id=coverage_id, service_kind=service_kind, on=on
    )
    return found is not None


async def get_packet(tx: Transaction, request_id: UUID) -> Packet:
    request = await get_request(tx, request_id)
    coverage, payer = await get_coverage(tx, request.coverage_id), await get_payer(tx, request.payer_id)
    return Packet(request, coverage, payer, await list_diagnoses(tx, request.client_id))


async def get_authorization(tx: Transaction, authorization_id: UUID) -> Authorization:
    return await tx.fetch_one(Authorization, AUTHORIZATION, id=authorization_id)


async def lock_authorization(tx: Transaction, authorization_id: UUID) -> Authorization:
    return await tx.fetch_one(Authorization, LOCK_AUTHORIZATION, id=authorization_id)


async def list_authorizations(
    tx: Transaction, page: PageRequest, *, client_id: UUID | None, status: AuthorizationStatus | None
) -> Page[Authorization]:
    return await tx.fetch_page(Authorization, AUTHORIZATIONS, page, client_id=client_id, status=status)


async def lock_windows(tx: Transaction, client_id: UUID, *, service_kind: ServiceKind, on: date) -> list[Authorization]:
    return await tx.fetch_all(Authorization, LOCK_WINDOWS, client_id=client_id, service_kind=service_kind, on=on)


async def lock_open_authorizations(tx: Transaction, client_id: UUID) -> list[Authorization]:
    return await tx.fetch_all(Authorization, LOCK_OPEN, client_id=client_id)


async def list_ledger(tx: Transaction, authorization_id: UUID, page: PageRequest) -> Page[UnitEntry]:
    """In the order of the entries, oldest first; the cursor holds the last entry's sequence."""
    after = page.after.int if page.after else 0
    found = await tx.fetch_all(UnitEntry, LEDGER, authorization_id=authorization_id, after=after, size=page.limit + 1)
    shown = found[: page.limit]
    cursor = encode(UUID(int=shown[-1].sequence)) if len(found) > page.limit else None
    return Page[UnitEntry].model_construct(items=shown, next_cursor=cursor)


async def list_entries(tx: Transaction, appointment_id: UUID) -> list[UnitEntry]:
    return await tx.fetch_all(UnitEntry, ENTRIES, id=appointment_id)


async def find_appointment(tx: Transaction, appointment_id: UUID) -> Appointment | None:
    return await tx.fetch_optional(Appointment, LOCK_APPOINTMENT, id=appointment_id)


async def lock_waiting(
    tx: Transaction, client_id: UUID, *, service_kind: ServiceKind, since: date, until: date
) -> list[Appointment]:
    """Booked and kept appointments inside the window that no unit was left for, earliest first."""
    return await tx.fetch_all(
        Appointment, LOCK_WAITING, client_id=client_id, service_kind=service_kind, since=since, until=until
    )


async def lock_booked(tx: Transaction, client_id: UUID) -> list[Appointment]:
    return await tx.fetch_all(Appointment, LOCK_BOOKED, client_id=client_id)


async def get_charge(tx: Transaction, charge_id: UUID) -> Charge:
    return await tx.fetch_one(Charge, CHARGE, id=charge_id)


async def list_charges(
    tx: Transaction, page: PageRequest, *, client_id: UUID | None, status: str | None
) -> Page[Charge]:
    return await tx.fetch_page(Charge, CHARGES, page, client_id=client_id, status=status)


async def find_charge_of_note(tx: Transaction, note_id: UUID) -> Charge | None:
    return await tx.fetch_optional(Charge, LOCK_CHARGE_OF_NOTE, id=note_id)


async def lock_open_charges(tx: Transaction, client_id: UUID) -> list[Charge]:
    return await tx.fetch_all(Charge, LOCK_OPEN_CHARGES, client_id=client_id)


async def lock_charges_of_clinician(tx: Transaction, clinician_id: UUID) -> list[Charge]:
    return await tx.fetch_all(Charge, LOCK_CHARGES_OF_CLINICIAN, id=clinician_id)


async def list_same_day(tx: Transaction, charge: Charge) -> list[Charge]:
    return await tx.fetch_all(Charge, SAME_DAY, client_id=charge.client_id, on=charge.service_date, id=charge.id)


async def find_zone(tx: Transaction) -> str:
    """The agency's zone; UTC until the agency has told its own."""
    found = await tx.fetch_optional(AgencyCalendar, AGENCY)
    return found.timezone if found else NO_ZONE_KNOWN


async def find_episode(tx: Transaction, episode_id: UUID) -> Episode | None:
    return await tx.fetch_optional(Episode, LOCK_EPISODE, id=episode_id)


async def list_open_episodes(tx: Transaction, client_id: UUID) -> list[Episode]:
    return await tx.fetch_all(Episode, OPEN_EPISODES, client_id=client_id)


async def list_diagnoses(tx: Transaction, client_id: UUID) -> list[Diagnosis]:
    return await tx.fetch_all(Diagnosis, DIAGNOSES, client_id=client_id)


async def list_consents(tx: Transaction, client_id: UUID) -> list[Consent]:
    return await tx.fetch_all(Consent, CONSENTS, client_id=client_id)


async def find_clinician(tx: Transaction, clinician_id: UUID) -> Clinician | None:
    return await tx.fetch_optional(Clinician, CLINICIAN, id=clinician_id)


async def lock_duties(tx: Transaction, subject_id: UUID, kinds: Sequence[str]) -> list[Duty]:
    return await tx.fetch_all(Duty, LOCK_DUTIES, id=subject_id, kinds=list(kinds))
