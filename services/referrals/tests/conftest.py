from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest_asyncio
from shared.contracts.intake import ClientRegistered
from shared.db import uuid7
from shared.testing import *  # noqa: F403

SERVICE = "referrals"
ALL = ("directory:read", "directory:write", "needs:write", "referrals:read", "referrals:write")


@dataclass
class Scene:
    """A client, an organization with one active service, and who asks."""

    http: Any
    bearer: Callable[..., dict[str, str]]
    clinic_id: UUID
    client_id: UUID
    organization_id: str = ""
    service_id: str = ""

    async def post(self, path: str, json: dict[str, Any] | None = None, **who: Any) -> Any:
        return await self.http.post(f"/v1/{path}", json=json or {}, headers=self.bearer(*ALL, **who))

    async def get(self, path: str, **who: Any) -> Any:
        return await self.http.get(f"/v1/{path}", headers=self.bearer(*ALL, **who))

    async def need(self, **more: Any) -> str:
        wish = {"client_id": str(self.client_id), "domain": "food-insecurity", "code": "Z59.41", "wants_help": True}
        answer = await self.post("needs", wish | more)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def refer(self, need_id: str) -> Any:
        wish = {"client_id": str(self.client_id), "need_id": need_id, "service_id": self.service_id}
        return await self.post("referrals", wish)


@pytest_asyncio.fixture
async def scene(http: Any, bearer: Any, receive: Callable[..., Awaitable[UUID]]) -> Scene:
    made = Scene(http, bearer, uuid7(), uuid7())
    await receive(ClientRegistered(client_id=made.client_id, clinic_id=made.clinic_id, age_band="adult"))
    organization = await made.post("organizations", {"name": "Sample Pantry", "description": "Food for everyone."})
    made.organization_id = organization.json()["id"]
    service = await made.post(
        "services", {"organization_id": made.organization_id, "name": "Food parcels", "status": "active"}
    )
    made.service_id = service.json()["id"]
    return made
