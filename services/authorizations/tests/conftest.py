"""A real database and the platform's fixtures; see shared.testing. `course` drives the service as the platform does."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from shared.contracts.clinical_records import DiagnosisRecorded, DischargeFinalized, NoteFinalized
from shared.contracts.gateway import AgencyChanged
from shared.contracts.intake import ClientRegistered, EpisodeOpened
from shared.contracts.scheduling import AppointmentBooked, AppointmentKept
from shared.contracts.workforce import ClinicianProfileChanged
from shared.db import uuid7
from shared.testing import *  # noqa: F403

SERVICE = "authorizations"
SCOPES = (
    "payers:read", "payers:write", "coverages:read", "coverages:write", "eligibility:read", "eligibility:write",
    "authorizations:read", "authorizations:write", "charges:read", "service-codes:read",
)  # fmt: skip
MONDAY = date(2026, 12, 7)


@dataclass
class Course:
    """One client's course of care in a fresh agency, by requests and events only."""

    http: httpx.AsyncClient
    receive: Callable[..., Awaitable[UUID]]
    bearer: Callable[..., dict[str, str]]
    agency: UUID
    superuser: Any
    client: UUID = field(default_factory=uuid7)
    clinic: UUID = field(default_factory=uuid7)
    provider: UUID = field(default_factory=uuid7)
    episode: UUID = field(default_factory=uuid7)

    async def call(self, method: str, path: str, body: Any = None, expect: int | None = None) -> Any:
        headers = {**self.bearer(*SCOPES, roles=("billing_ur",)), "Idempotency-Key": str(uuid7())}
        answer = await self.http.request(method, path, json=body, headers=headers)
        assert expect is None or answer.status_code == expect, answer.text
        return answer.json()

    async def begin(self, *, part2: bool = False, diagnosis: bool = True) -> None:
        await self.receive(AgencyChanged(agency_id=self.agency, timezone="America/Chicago"))
        await self.receive(ClientRegistered(client_id=self.client, clinic_id=self.clinic, age_band="adult"))
        await self.receive(EpisodeOpened(
            episode_id=self.episode, client_id=self.client, clinic_id=self.clinic, program_id=uuid7(),
            primary_clinician_id=self.provider, opened_on=date(2026, 11, 20), is_part2=part2))  # fmt: skip
        await self.receive(ClinicianProfileChanged(
            clinician_id=self.provider, npi="1234567893", can_sign_independently=True, needs_cosign=False))  # fmt: skip
        if diagnosis:
            await self.diagnose()

    async def diagnose(self, verification: str = "confirmed") -> None:
        await self.receive(DiagnosisRecorded(
            diagnosis_id=uuid7(), client_id=self.client, episode_id=self.episode, code="F33.1", rank=1, verification=verification))  # fmt: skip

    async def cover(
        self, *, adapter: str = "portal_manual", payer_type: str = "medicaid_mco", member_id: str = "A1-100"
    ) -> str:
        payer = await self.call(
            "POST",
            "/v1/admin/payers",
            {"name": "Sample Health Plan", "payer_type": payer_type, "adapter": adapter},
            201,
        )
        body = {
            "client_id": str(self.client),
            "payer_id": payer["id"],
            "member_id": member_id,
            "plan_name": "Sample Plan",
            "valid_from": "2026-01-01",
        }
        return (await self.call("POST", "/v1/coverages", body, 201))["id"]

    async def draft(self, coverage: str, units: int = 12, **more: Any) -> str:
        body = {"client_id": str(self.client), "coverage_id": coverage, "service_kind": "individual", "units": units, "unit_kind": "visit",
                "valid_from": "2026-12-01", "valid_until": "2027-02-28", "priority": "standard", **more}  # fmt: skip
        return (await self.call("POST", "/v1/authorization-requests", body, 201))["id"]

    async def authorize(self, coverage: str, units: int = 12, number: str = "X-1", **more: Any) -> dict[str, Any]:
        request = await self.draft(coverage, units, **more)
        await self.call("POST", f"/v1/authorization-requests/{request}/submission", expect=201)
        said = {"action_code": "A1", "number": number, "evidence_reference": "fax 1"}
        await self.call("POST", f"/v1/authorization-requests/{request}/decision", said, 201)
        found = await self.call("GET", f"/v1/authorizations?client_id={self.client}")
        return next(a for a in found["items"] if a["request_id"] == request)

    async def book(self, day: date = MONDAY, minutes: int = 50, **more: Any) -> UUID:
        start = datetime(day.year, day.month, day.day, 15, tzinfo=UTC)
        booked = AppointmentBooked(
            appointment_id=uuid7(), client_id=self.client, episode_id=self.episode, clinic_id=self.clinic, provider_id=self.provider,
            start_at=start, end_at=start + timedelta(minutes=minutes), service_date=day, **{"kind": "individual", **more})  # fmt: skip
        await self.receive(booked)
        return booked.appointment_id

    def kept(
        self, appointment: UUID, day: date = MONDAY, minutes: int = 52, kind: str = "individual"
    ) -> AppointmentKept:
        start = datetime(day.year, day.month, day.day, 15, tzinfo=UTC)
        return AppointmentKept(
            appointment_id=appointment, client_id=self.client, episode_id=self.episode, clinic_id=self.clinic, provider_id=self.provider,
            kind=kind, started_at=start, ended_at=start + timedelta(minutes=minutes), minutes=minutes, service_date=day,
            timezone="America/Chicago")  # fmt: skip

    def note(self, appointment: UUID, day: date = MONDAY, minutes: int = 52, kind: str = "individual") -> NoteFinalized:
        return NoteFinalized(
            note_id=uuid7(), client_id=self.client, episode_id=self.episode, clinic_id=self.clinic, appointment_id=appointment,
            author_id=self.provider, service_kind=kind, service_date=day, minutes=minutes)  # fmt: skip

    def discharge(self, day: date = MONDAY) -> DischargeFinalized:
        return DischargeFinalized(
            discharge_id=uuid7(), client_id=self.client, episode_id=self.episode, reason_code="goals_met", discharged_on=day)  # fmt: skip

    async def balance(self, authorization: str) -> tuple[int, int, int]:
        found = await self.call("GET", f"/v1/authorizations/{authorization}")
        return found["used"], found["reserved"], found["available"]

    async def charge(self) -> dict[str, Any]:
        found = (await self.call("GET", f"/v1/charges?client_id={self.client}"))["items"]
        assert len(found) == 1
        return dict(found[0])

    async def told(self, name: str) -> list[dict[str, Any]]:
        """Events of this agency by wire name, in their order."""
        import json

        rows = await self.superuser.fetch(
            """SELECT data FROM (SELECT id AS place, agency_id, type, data FROM outbox UNION ALL
               SELECT position, agency_id, type, data FROM event_log) e WHERE agency_id = $1 AND type = $2 ORDER BY place""",
            self.agency, name)  # fmt: skip
        return [json.loads(row["data"]) for row in rows]

    async def tasks(self) -> list[str]:
        opened, closed = await self.told("task.opened.v1"), {t["task_id"] for t in await self.told("task.closed.v1")}
        return sorted(t["kind"] for t in opened if t["task_id"] not in closed)


@pytest_asyncio.fixture
async def course(http: Any, receive: Any, bearer: Any, agency: UUID, superuser: Any) -> Course:
    return Course(http, receive, bearer, agency, superuser)


@pytest.fixture
def monday() -> date:
    return MONDAY
