"""Reads from our other services, to show or to send, never to decide (decision 22). One token per agency and person."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx

from shared.auth import Principal
from shared.errors import NotAllowed, Unavailable
from shared.settings import ServiceSettings

TokenKey = tuple[UUID | None, UUID | None, str]


@dataclass
class Neighbours:
    """Batched reads with the service's own token, which carries for whom and for what purpose."""

    settings: ServiceSettings
    service: str
    http: httpx.AsyncClient = field(
        default_factory=lambda: httpx.AsyncClient(timeout=10, limits=httpx.Limits(max_connections=20))
    )
    tokens: dict[TokenKey, tuple[float, str]] = field(default_factory=dict)

    async def post(
        self, service: str, path: str, *, json: Any, on_behalf_of: Principal | None = None, purpose: str = "TREAT"
    ) -> Any:
        return await self.call("POST", service, path, on_behalf_of, purpose, json=json)

    async def evaluate_disclosures(self, questions: Sequence[dict[str, Any]], *, on_behalf_of: Principal) -> Any:
        """Whether something may leave: the one read that decides (decision 25)."""
        path, asked = "/v1/disclosures/evaluation", {"items": list(questions)}
        return await self.post("intake", path, json=asked, on_behalf_of=on_behalf_of, purpose=on_behalf_of.purpose)

    async def get(
        self,
        service: str,
        path: str,
        *,
        params: dict[str, str] | None = None,
        on_behalf_of: Principal | None = None,
        purpose: str = "TREAT",
    ) -> Any:
        return await self.call("GET", service, path, on_behalf_of, purpose, params=params)

    async def call(self, method: str, service: str, path: str, by: Principal | None, purpose: str, **more: Any) -> Any:
        """The answer's JSON. Raises Unavailable when the neighbour cannot be asked, NotAllowed when it refuses."""
        try:
            headers = {"Authorization": f"Bearer {await self.token(by, purpose)}"}
            answer = await self.http.request(
                method, self.settings.service_urls[service] + path, headers=headers, **more
            )
        except (httpx.HTTPError, KeyError) as error:
            raise Unavailable(f"{service} cannot be asked just now.") from error
        if answer.status_code in (401, 403, 404):
            raise NotAllowed(f"{service} refuses.")
        if answer.status_code >= 400:
            raise Unavailable(f"{service} cannot answer just now.")
        return answer.json()

    async def token(self, by: Principal | None, purpose: str) -> str:
        person = by.id if by and "system" not in by.roles else None
        key = (by.agency_id if by else None, person, purpose)
        if (kept := self.tokens.get(key)) and kept[0] > time.monotonic():
            return kept[1]
        form = {
            "grant_type": "client_credentials",
            "client_id": f"service:{self.service}",
            "client_secret": self.settings.client_secret.get_secret_value(),
            "purpose": purpose,
        }
        named = {"agency_id": key[0], "act_sub": key[1]}
        answer = await self.http.post(self.settings.token_url, data=form | {n: str(v) for n, v in named.items() if v})
        if answer.status_code != 200:
            raise Unavailable("No token for this service just now.")
        found = answer.json()
        self.tokens[key] = (time.monotonic() + found["expires_in"] - 60, found["access_token"])
        return str(found["access_token"])

    async def close(self) -> None:
        await self.http.aclose()
