from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from shared.auth import Principal
from shared.db import Database, uuid7
from shared.testing import *  # noqa: F403
from shared.timers import Timer
from workforce.timers import TIMERS

SERVICE = "workforce"
ALL = ("clinicians:read", "clinicians:write", "credentials:write", "supervision:write", "tasks:read", "tasks:write")


@dataclass
class Staff:
    """Makes clinicians and their credentials through the API, as an administrator."""

    http: Any
    bearer: Callable[..., dict[str, str]]

    async def post(self, path: str, json: dict[str, Any] | None = None, **who: Any) -> Any:
        headers = self.bearer(*ALL, **({"roles": ("administrator",)} | who))
        return await self.http.post(f"/v1/{path}", json=json or {}, headers=headers)

    async def get(self, path: str, **who: Any) -> Any:
        return await self.http.get(f"/v1/{path}", headers=self.bearer(*ALL, **({"roles": ("administrator",)} | who)))

    async def clinician(self, **more: Any) -> str:
        made = await self.post("clinicians", {"id": str(uuid7()), "languages": ["en", "es-MX"]} | more)
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    async def credential(self, clinician_id: str, expires_on: date, title: str = "LCSW", state: str = "IL") -> str:
        made = await self.post(
            "credentials",
            {
                "clinician_id": clinician_id,
                "type": title,
                "state": state,
                "number": "SAMPLE-1",
                "issued_on": "2024-01-01",
                "expires_on": str(expires_on),
            },
        )
        assert made.status_code == 201, made.text
        return str(made.json()["id"])

    async def verified(self, clinician_id: str, expires_on: date = date(2099, 1, 1), title: str = "LCSW") -> str:
        found = await self.credential(clinician_id, expires_on, title)
        answer = await self.post(f"credentials/{found}/verification")
        assert answer.status_code == 200, answer.text
        return found

    async def may_sign(self, clinician_id: str) -> tuple[bool, bool]:
        found = (await self.get(f"clinicians/{clinician_id}")).json()
        return found["can_sign_independently"], found["needs_cosign"]


@pytest.fixture
def staff(http: Any, bearer: Any) -> Staff:
    return Staff(http, bearer)


@pytest_asyncio.fixture
async def ring(database: Database, agency: UUID) -> Callable[..., Awaitable[None]]:
    """await ring("task_overdue", subject, at) fires a timer as its loop would."""

    async def fire(kind: str, subject: str, at: datetime | None = None) -> None:
        cause, due = uuid7(), at or datetime.now(UTC)
        by = Principal.system(SERVICE, agency_id=agency, caused_by=str(cause))
        async with database.transaction(by, now=due, request_id="timer", cause=cause) as tx:
            await TIMERS[kind](tx, Timer(cause, agency, kind, UUID(subject), "", due))

    return fire
