"""Every statement of scheduling. What serves a request about a client asks who may see him, or is his provider's."""

from collections.abc import Iterable
from datetime import date, datetime, time
from functools import cache
from typing import Any
from uuid import UUID

from shared.access import visible
from shared.db import Transaction, UtcDateTime
from shared.pagination import Page, PageRequest
from sqlalchemy import ColumnElement, Select, Uuid, any_, bindparam, func, or_, select, text
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlmodel import SQLModel

from scheduling.models import (
    Appointment,
    AppointmentSeries,
    AuthorizationFact,
    Availability,
    Client,
    Clinic,
    ConsentFact,
    CredentialFact,
    EligibilityFact,
    Episode,
    GatePolicy,
)
from scheduling.rules.appointments import AWAITED, HOLDS_TIME
from scheduling.rules.gates import DEFAULTS, Authorization, Consent, Credential, Facts, Gate, Policy
from scheduling.rules.slots import Pattern, Span, Window

AVAILABILITY: Any = Availability.__table__  # type: ignore[attr-defined]
APPOINTMENT: Any = Appointment.__table__  # type: ignore[attr-defined]
SERIES: Any = AppointmentSeries.__table__  # type: ignore[attr-defined]
EPISODE: Any = Episode.__table__  # type: ignore[attr-defined]
CLINIC: Any = Clinic.__table__  # type: ignore[attr-defined]
CLIENT: Any = Client.__table__  # type: ignore[attr-defined]
CONSENT: Any = ConsentFact.__table__  # type: ignore[attr-defined]
AUTHORIZATION: Any = AuthorizationFact.__table__  # type: ignore[attr-defined]
ELIGIBILITY: Any = EligibilityFact.__table__  # type: ignore[attr-defined]
CREDENTIAL: Any = CredentialFact.__table__  # type: ignore[attr-defined]
POLICY: Any = GatePolicy.__table__  # type: ignore[attr-defined]


def same(column: Any, name: str | None = None) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column == bindparam(name or column.name, type_=column.type)
    return found


def mine(table: Any) -> ColumnElement[bool]:
    """The client's rows the caller may see, and the caller's own calendar."""
    return or_(visible(table.c.client_id), same(table.c.provider_id, "caller"))


# availability

AVAILABILITY_BY_ID = select(AVAILABILITY).where(same(AVAILABILITY.c.id))
AVAILABILITY_FILTERS = {"provider_id": same(AVAILABILITY.c.provider_id), "clinic_id": same(AVAILABILITY.c.clinic_id)}
OPEN_BETWEEN = (
    select(AVAILABILITY)
    .where(
        AVAILABILITY.c.effective_from <= bindparam("until_on", type_=AVAILABILITY.c.effective_from.type),
        func.coalesce(AVAILABILITY.c.effective_until, bindparam("from_on", type_=AVAILABILITY.c.effective_from.type))
        >= bindparam("from_on", type_=AVAILABILITY.c.effective_from.type),
    )
    .order_by(AVAILABILITY.c.provider_id, AVAILABILITY.c.id)
    .limit(200)
)
BUSY = select(APPOINTMENT.c.provider_id, APPOINTMENT.c.start_at, APPOINTMENT.c.end_at).where(
    APPOINTMENT.c.provider_id == any_(bindparam("providers", type_=ARRAY(Uuid()))),
    APPOINTMENT.c.status.in_(sorted(HOLDS_TIME)),
    APPOINTMENT.c.start_at < bindparam("until_at", type_=UtcDateTime),
    APPOINTMENT.c.end_at > bindparam("from_at", type_=UtcDateTime),
)


@cache
def availabilities_where(names: frozenset[str]) -> Select[Any]:
    return select(AVAILABILITY).where(*(AVAILABILITY_FILTERS[name] for name in sorted(names)))


@cache
def open_where(names: frozenset[str]) -> Select[Any]:
    return OPEN_BETWEEN.where(*(AVAILABILITY_FILTERS[name] for name in sorted(names)))


def given(**filters: Any) -> dict[str, Any]:
    return {name: value for name, value in filters.items() if value is not None}


async def get_availability(tx: Transaction, availability_id: UUID) -> Availability:
    return await tx.fetch_one(Availability, AVAILABILITY_BY_ID, id=availability_id)


async def lock_availability(tx: Transaction, availability_id: UUID) -> Availability:
    return await tx.fetch_one(Availability, AVAILABILITY_BY_ID.with_for_update(), id=availability_id)


async def list_availabilities(
    tx: Transaction, page: PageRequest, *, provider_id: UUID | None = None, clinic_id: UUID | None = None
) -> Page[Availability]:
    filters = given(provider_id=provider_id, clinic_id=clinic_id)
    return await tx.fetch_page(Availability, availabilities_where(frozenset(filters)), page, **filters)


async def list_open(
    tx: Transaction, from_on: date, until_on: date, *, provider_id: UUID | None, clinic_id: UUID | None
) -> list[Availability]:
    filters = given(provider_id=provider_id, clinic_id=clinic_id)
    return await tx.fetch_all(
        Availability, open_where(frozenset(filters)), from_on=from_on, until_on=until_on, **filters
    )


async def list_busy(
    tx: Transaction, providers: Iterable[UUID], from_at: datetime, until_at: datetime
) -> dict[UUID, list[Span]]:
    """What is taken of each provider's time in the range."""
    busy: dict[UUID, list[Span]] = {provider: [] for provider in providers}
    for row in await tx.rows(BUSY, providers=list(busy), from_at=from_at, until_at=until_at):
        busy[row.provider_id].append(Span(row.start_at, row.end_at))
    return busy


def pattern_of(row: Availability) -> Pattern:
    windows = (Window(w["weekday"], time.fromisoformat(w["start"]), time.fromisoformat(w["end"])) for w in row.windows)
    days_off = frozenset(date.fromisoformat(day) for day in row.days_off)
    return Pattern(row.timezone, tuple(windows), row.effective_from, row.effective_until, days_off)


# appointments

APPOINTMENT_BY_ID = select(APPOINTMENT).where(same(APPOINTMENT.c.id))
MY_APPOINTMENT = APPOINTMENT_BY_ID.where(mine(APPOINTMENT))
FUTURE_OF_EPISODE = (
    select(APPOINTMENT)
    .where(
        same(APPOINTMENT.c.episode_id),
        APPOINTMENT.c.status.in_(sorted(AWAITED)),
        APPOINTMENT.c.start_at >= bindparam("now", type_=UtcDateTime),
    )
    .order_by(APPOINTMENT.c.id)
    .with_for_update()
)
APPOINTMENT_FILTERS: dict[str, Any] = {
    "client_id": same(APPOINTMENT.c.client_id),
    "provider_id": same(APPOINTMENT.c.provider_id),
    "episode_id": same(APPOINTMENT.c.episode_id),
    "status": same(APPOINTMENT.c.status),
    "start_from": APPOINTMENT.c.start_at >= bindparam("start_from", type_=UtcDateTime),
    "start_before": APPOINTMENT.c.start_at < bindparam("start_before", type_=UtcDateTime),
}
SERIES_BY_ID = select(SERIES).where(same(SERIES.c.id), mine(SERIES))
OF_SERIES = select(APPOINTMENT).where(same(APPOINTMENT.c.series_id), mine(APPOINTMENT)).order_by(APPOINTMENT.c.start_at)


@cache
def appointments_where(names: frozenset[str]) -> Select[Any]:
    return select(APPOINTMENT).where(mine(APPOINTMENT), *(APPOINTMENT_FILTERS[name] for name in sorted(names)))


async def get_appointment(tx: Transaction, appointment_id: UUID) -> Appointment:
    return await tx.fetch_one(Appointment, MY_APPOINTMENT, id=appointment_id, caller=tx.by.id)


# Two who insert overlapping hours at once wait for each other until the database ends one of them as a deadlock.
LOCK_CALENDARS = text("""SELECT pg_advisory_xact_lock(place) FROM (SELECT DISTINCT hashtextextended(whose, 21) AS place
FROM unnest(CAST(:whose AS text[])) AS asked (whose) ORDER BY 1) places""")


async def lock_calendars(tx: Transaction, *whose: UUID | None) -> None:
    """Take turns with everybody who books for the same people: the second then finds the hour taken."""
    await tx.rows(LOCK_CALENDARS, whose=[f"{tx.agency_id}:{one}" for one in whose if one])


async def lock_appointment(tx: Transaction, appointment_id: UUID) -> Appointment:
    return await tx.fetch_one(Appointment, MY_APPOINTMENT.with_for_update(), id=appointment_id, caller=tx.by.id)


async def list_appointments(tx: Transaction, page: PageRequest, **filters: Any) -> Page[Appointment]:
    chosen = given(**filters)
    return await tx.fetch_page(Appointment, appointments_where(frozenset(chosen)), page, caller=tx.by.id, **chosen)


async def lock_future_of_episode(tx: Transaction, episode_id: UUID, now: datetime) -> list[Appointment]:
    return await tx.fetch_all(Appointment, FUTURE_OF_EPISODE, episode_id=episode_id, now=now)


async def get_series(tx: Transaction, series_id: UUID) -> AppointmentSeries:
    return await tx.fetch_one(AppointmentSeries, SERIES_BY_ID, id=series_id, caller=tx.by.id)


async def list_appointments_of_series(tx: Transaction, series_id: UUID) -> list[Appointment]:
    return await tx.fetch_all(Appointment, OF_SERIES, series_id=series_id, caller=tx.by.id)


# what a booking rests on

CLIENT_BY_ID = select(CLIENT).where(same(CLIENT.c.id), visible(CLIENT.c.id))
CLINIC_BY_ID = select(CLINIC).where(same(CLINIC.c.id))
EPISODE_BY_ID = select(EPISODE).where(same(EPISODE.c.id), visible(EPISODE.c.client_id)).with_for_update(read=True)
PART2_MARKS = select(EPISODE.c.is_part2).where(
    same(EPISODE.c.client_id),
    or_(bindparam("episode_id", type_=Uuid()).is_(None), same(EPISODE.c.id, "episode_id")),
)
CONSENTS = select(CONSENT).where(same(CONSENT.c.client_id), visible(CONSENT.c.client_id))
AUTHORIZATIONS = select(AUTHORIZATION).where(same(AUTHORIZATION.c.client_id), visible(AUTHORIZATION.c.client_id))
ELIGIBILITY_BY_ID = select(ELIGIBILITY).where(same(ELIGIBILITY.c.id), visible(ELIGIBILITY.c.id))
CREDENTIALS = select(CREDENTIAL).where(same(CREDENTIAL.c.clinician_id))
GATE_POLICY = select(POLICY)


async def get_client(tx: Transaction, client_id: UUID) -> Client:
    return await tx.fetch_one(Client, CLIENT_BY_ID, id=client_id)


async def find_clinic(tx: Transaction, clinic_id: UUID) -> Clinic | None:
    return await tx.fetch_optional(Clinic, CLINIC_BY_ID, id=clinic_id)


async def share_episode(tx: Transaction, episode_id: UUID) -> Episode | None:
    """Locked FOR SHARE: a discharge waits until this booking is committed, and then sees it."""
    return await tx.fetch_optional(Episode, EPISODE_BY_ID, id=episode_id)


async def list_part2_marks(tx: Transaction, client_id: UUID | None, episode_id: UUID | None) -> list[bool | None]:
    """Whether the episode is of Part 2; without one, of all the client's. None: nobody knows."""
    found = await tx.rows(PART2_MARKS, client_id=client_id, episode_id=episode_id)
    return [row.is_part2 for row in found] or ([None] if episode_id else [])


async def load_facts(tx: Transaction, client_id: UUID, provider_id: UUID) -> Facts:
    """What the gates look at, from the facts that other services told."""
    consents = await tx.fetch_all(ConsentFact, CONSENTS, client_id=client_id)
    authorizations = await tx.fetch_all(AuthorizationFact, AUTHORIZATIONS, client_id=client_id)
    credentials = await tx.fetch_all(CredentialFact, CREDENTIALS, clinician_id=provider_id)
    answer = await tx.fetch_optional(EligibilityFact, ELIGIBILITY_BY_ID, id=client_id)
    return Facts(
        tuple(Consent(c.type, c.effective_from, c.expires_at, c.ended_at) for c in consents),
        tuple(
            Authorization(a.service_kind, a.valid_from, a.valid_until, a.available, a.is_ended) for a in authorizations
        ),
        tuple(Credential(c.state, c.issued_on, c.expires_on, c.expired_on) for c in credentials),
        answer.needs_authorization if answer else None,
    )


async def find_gate_policy(tx: Transaction) -> GatePolicy | None:
    return await tx.fetch_optional(GatePolicy, GATE_POLICY)


async def lock_gate_policy(tx: Transaction) -> GatePolicy | None:
    return await tx.fetch_optional(GatePolicy, GATE_POLICY.with_for_update())


async def load_policies(tx: Transaction) -> dict[Gate, Policy]:
    row = await find_gate_policy(tx)
    return {gate: getattr(row, gate.value) if row else DEFAULTS[gate] for gate in Gate}


# projections: one upsert per fact


def upsert(model: type[SQLModel], *changing: str) -> Any:
    """INSERT of a whole row; when it is there, only `changing` follows the newer fact."""
    table: Any = model.__table__  # type: ignore[attr-defined]
    statement = insert(table)
    following = {name: statement.excluded[name] for name in changing}
    keys = [table.c.agency_id, table.c.id]
    if not following:
        return statement.on_conflict_do_nothing(index_elements=keys)
    return statement.on_conflict_do_update(index_elements=keys, set_=following | {"version": table.c.version + 1})


OPEN_EPISODE = upsert(Episode, "is_part2")
CLOSE_EPISODE = upsert(Episode, "closed_on")


async def keep(tx: Transaction, statement: Any, row_id: UUID, **values: Any) -> None:
    await tx.run(statement, id=row_id, agency_id=tx.agency_id, version=1, created_at=tx.now, **values)


async def keep_open_episode(tx: Transaction, episode_id: UUID, client_id: UUID, *, is_part2: bool) -> None:
    await keep(tx, OPEN_EPISODE, episode_id, client_id=client_id, is_part2=is_part2, closed_on=None)


async def keep_closed_episode(tx: Transaction, episode_id: UUID, client_id: UUID, closed_on: date) -> None:
    await keep(tx, CLOSE_EPISODE, episode_id, client_id=client_id, is_part2=None, closed_on=closed_on)
