"""What the tests of this service share: a client in care, told by events, and callers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from shared.contracts.gateway import AgencyChanged
from shared.contracts.intake import ClientRegistered, EpisodeOpened, ProgramPublished
from shared.contracts.scheduling import AppointmentKept
from shared.contracts.workforce import ClinicianProfileChanged, SupervisionAssigned
from shared.testing import *  # noqa: F403

SERVICE = "clinical-records"
NOUNS = ("measures", "risk", "assessments", "diagnoses", "care-team", "plans", "notes", "discharges")
EVERYTHING = (*(f"{noun}:{verb}" for noun in NOUNS for verb in ("read", "write")), "notes:sign")
Receive = Callable[..., Awaitable[UUID]]


@dataclass
class Care:
    """One client in care of one therapist."""

    receive: Receive
    http: httpx.AsyncClient
    bearer: Callable[..., dict[str, str]]
    client_id: UUID = field(default_factory=uuid4)
    episode_id: UUID = field(default_factory=uuid4)
    clinic_id: UUID = field(default_factory=uuid4)
    program_id: UUID = field(default_factory=uuid4)
    therapist: UUID = field(default_factory=uuid4)
    supervisor: UUID = field(default_factory=uuid4)

    async def call(
        self, verb: str, path: str, body: Any = None, *, by: UUID | None = None, **more: Any
    ) -> httpx.Response:
        """A request of the therapist, or of `by`."""
        reach = more.pop("reach", "caseload")
        roles = more.pop("roles", ("therapist",))
        headers = {
            **self.bearer(*EVERYTHING, sub=by or self.therapist, reach=reach, roles=roles),
            **more.pop("headers", {}),
        }
        if verb == "POST":
            headers.setdefault("Idempotency-Key", str(uuid4()))
        return await self.http.request(verb, path, json=body, headers=headers)

    async def made(self, path: str, body: Any = None, **more: Any) -> dict[str, Any]:
        response = await self.call("POST", path, body, **more)
        assert response.status_code in (200, 201), response.text
        found: dict[str, Any] = response.json()
        return found

    async def read(self, path: str, **more: Any) -> dict[str, Any]:
        response = await self.call("GET", path, **more)
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    async def profile(self, *, needs_cosign: bool = False) -> None:
        await self.receive(ClinicianProfileChanged(
            clinician_id=self.therapist, npi=None, can_sign_independently=not needs_cosign, needs_cosign=needs_cosign
        ))  # fmt: skip

    async def supervise(self, starts_on: date = date(2026, 1, 1), ends_on: date | None = None) -> None:
        await self.receive(SupervisionAssigned(
            assignment_id=uuid4(), supervisee_id=self.therapist, supervisor_id=self.supervisor, starts_on=starts_on,
            ends_on=ends_on,
        ))  # fmt: skip

    async def plan(self) -> dict[str, Any]:
        """An active plan with one measurable objective."""
        plan = await self.made("/v1/plans", {"episode_id": str(self.episode_id), "problems": [PROBLEM]})
        await self.made(f"/v1/plans/{plan['id']}/signatures", {"signer": "clinician"})
        return await self.made(f"/v1/plans/{plan['id']}/signatures", {"signer": "client"})

    async def diagnosis(self, **more: Any) -> httpx.Response:
        body = {"client_id": str(self.client_id), "episode_id": str(self.episode_id), "code": "F331", "rank": 1,
                "verification": "provisional", **more}  # fmt: skip
        return await self.call("POST", "/v1/diagnoses", body)

    async def session(self, kind: str = "individual", ended_at: datetime | None = None) -> dict[str, Any]:
        """A kept session of 52 minutes; gives the stub of its note."""
        ended = ended_at or datetime.now(UTC) - timedelta(hours=1)
        appointment = uuid4()
        await self.receive(AppointmentKept(
            appointment_id=appointment, client_id=self.client_id, episode_id=self.episode_id, clinic_id=self.clinic_id,
            provider_id=self.therapist, kind=kind, started_at=ended - timedelta(minutes=52), ended_at=ended, minutes=52,
            service_date=ended.date(), timezone="America/Chicago",
        ))  # fmt: skip
        found = await self.read(f"/v1/notes?appointment_id={appointment}")
        note: dict[str, Any] = found["items"][0]
        return note

    async def written(self) -> dict[str, Any]:
        """A session's note, with all that is mandatory in it."""
        plan, diagnosis, note = await self.plan(), (await self.diagnosis()).json(), await self.session()
        change = {**NOTE, "objective_ids": [objective_of(plan)], "diagnosis_ids": [diagnosis["id"]]}
        response = await self.call(
            "PATCH", f"/v1/notes/{note['id']}", change, headers={"If-Match": f'"{note["version"]}"'}
        )
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found


PROBLEM: dict[str, Any] = {
    "text": "Sample problem",
    "goals": [{
        "text": "Sample goal",
        "objectives": [{
            "metric": "PHQ-9", "baseline": 18, "target": 9, "unit": "points",
            "due_on": (datetime.now(UTC).date() + timedelta(days=80)).isoformat(), "responsible": "client",
            "interventions": [{"modality": "cbt", "service_kind": "individual", "frequency": "weekly"}],
        }],
    }],
}  # fmt: skip
NOTE: dict[str, Any] = {
    "content": {
        "subjective": "Sample subjective text.", "objective": "Sample objective text.",
        "assessment": "Sample assessment text.", "plan": "Sample plan text.",
    },
    "response": "Sample response.", "modalities": ["cbt"], "interventions": ["thought_record"],
    "risk": "none_identified",
}  # fmt: skip


def objective_of(plan: dict[str, Any]) -> str:
    found: str = plan["problems"][0]["goals"][0]["objectives"][0]["id"]
    return found


@pytest_asyncio.fixture
async def care(receive: Receive, http: httpx.AsyncClient, bearer: Any, agency: UUID) -> Care:
    found = Care(receive, http, bearer)
    await receive(AgencyChanged(agency_id=agency, timezone="America/Chicago"))
    await receive(ProgramPublished(
        program_id=found.program_id, clinic_id=found.clinic_id, is_part2=False, review_every_days=60
    ))  # fmt: skip
    await receive(ClientRegistered(client_id=found.client_id, clinic_id=found.clinic_id, age_band="adult"))
    await receive(EpisodeOpened(
        episode_id=found.episode_id, client_id=found.client_id, clinic_id=found.clinic_id, program_id=found.program_id,
        primary_clinician_id=found.therapist, opened_on=date(2026, 11, 23), is_part2=False,
    ))  # fmt: skip
    await found.profile()
    return found


@pytest.fixture
def told(superuser: Any, agency: UUID) -> Callable[[str], Awaitable[list[dict[str, Any]]]]:
    """The data of every event of a type that this agency's transactions told."""

    async def find(type_: str) -> list[dict[str, Any]]:
        import json

        rows = await superuser.fetch(
            "SELECT data FROM outbox WHERE agency_id = $1 AND type = $2 ORDER BY id", agency, type_
        )
        return [json.loads(row["data"]) if isinstance(row["data"], str) else row["data"] for row in rows]

    return find
