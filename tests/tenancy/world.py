"""A platform of our own with three agencies, each with rows of every kind, and the requests that made them."""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import acts
import httpx
from trellis import environment, plan, postgres, seed
from trellis.api import Caller, Gateway
from trellis.layout import SERVICES, Layout
from trellis.ports import is_listening
from trellis.processes import stop_all
from trellis.secretbook import SecretBook, open_secrets
from trellis.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
AGENCIES = tuple(
    plan.Agency(
        slug,
        f"{slug.title()} Sample Community Care",
        zone,
        state,
        tuple(f"{slug.title()} {place}" for place in ("North", "Central", "South")),
        range(first, first + 2),
        1,
    )
    for slug, zone, state, first in (
        ("alder", "America/Chicago", "IL", 1),
        ("birch", "America/Denver", "CO", 3),
        ("cedar", "America/New_York", "NY", 5),
    )
)
SLUGS = tuple(agency.slug for agency in AGENCIES)
COUNTING = {
    "shared_preload_libraries": "pg_stat_statements",
    "pg_stat_statements.track": "all",
    "pg_stat_statements.max": "20000",
}
"""PostgreSQL keeps the shapes of the statements that it was sent, those inside functions too."""


@dataclass(frozen=True)
class Sent:
    """A request that somebody made, and what came back."""

    agency: str
    username: str
    method: str
    path: str
    query: dict[str, Any]
    body: Any
    headers: dict[str, str]
    status: int
    answer: Any
    answer_headers: dict[str, str]


@dataclass
class Recording(Gateway):
    """Keeps each request with its caller and its answer."""

    sent: list[Sent] = field(default_factory=list)

    def once(self, method: str, path: str, **how: Any) -> httpx.Response:
        response = super().once(method, path, **how)
        if holder := self.holder_of(how.get("headers") or {}):
            self.sent.append(self.of(holder, method, path, how, response))
        return response

    def holder_of(self, headers: dict[str, str]) -> tuple[str, ...] | None:
        token = headers.get("Authorization", "").removeprefix("Bearer ")
        return next((holder for holder, (_, known) in self.tokens.items() if token and known == token), None)

    def of(self, holder: tuple[str, ...], method: str, path: str, how: Any, response: httpx.Response) -> Sent:
        agency, username = holder[:2] if len(holder) > 1 else ("", holder[0])
        body = how["json"] if "json" in how else json.loads(how["content"]) if "content" in how else None
        headers = {name: value for name, value in how["headers"].items() if name != "Authorization"}
        is_json = response.content and "json" in response.headers.get("content-type", "")
        answer = response.json() if is_json else None
        query = {name: value for name, value in (how.get("params") or {}).items() if value is not None}
        parts = urlsplit(path)
        return Sent(
            agency, username, method, parts.path, query, body, headers, response.status_code, answer,
            dict(response.headers),
        )  # fmt: skip


@dataclass
class World:
    layout: Layout
    book: SecretBook
    gateway: Recording
    sown: dict[str, seed.Sown] = field(default_factory=dict)
    cases: dict[str, list[seed.Case]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.layout.gateway_url

    def dsn(self, service: str, role: str = "") -> str:
        """The address of a service's database for one of its roles; without a role, for the superuser."""
        database = environment.package_of(service)
        if not role:
            return environment.superuser_url(self.layout, self.book).rpartition("/")[0] + f"/{database}"
        password = self.book.database_passwords[service][role]
        return f"postgresql://{database}_{role}:{password}@{self.layout.database_address}/{database}"

    def person(self, agency: str, username: str) -> Caller:
        return self.gateway.person(agency, username)

    def agency_id(self, slug: str) -> str:
        return next(
            s.answer["id"] for s in self.gateway.sent if s.path == "/v1/admin/agencies" and s.body["slug"] == slug
        )

    def sow(self) -> None:
        """The seed's plan for three agencies; weeks pass for all of them."""
        plan.AGENCIES = AGENCIES
        operator = self.gateway.app("operator", self.book.operator_secret)
        with seed.step("Three agencies") as shown:
            for agency in AGENCIES:
                self.sown[agency.slug] = seed.sow_agency(self.gateway, operator, agency, shown)
            self.cases = {slug: seed.sow_clients(one, shown) for slug, one in self.sown.items()}
            seed.let_weeks_pass(list(self.sown.values()), self.cases, shown)
            for slug, one in self.sown.items():
                seed.sow_portal(one, self.cases[slug])
            for slug in SLUGS:
                shown.say(f"{slug}: what the seed leaves out")
                acts.all_of(self, slug)
            seed.settle(self.gateway)


@contextmanager
def running() -> Iterator[World]:
    """A platform with its three agencies."""
    with tempfile.TemporaryDirectory(prefix="trellis-tenancy-", ignore_cleanup_errors=True) as state:
        layout = Layout(ROOT, port=block_of_ports(), state_folder=Path(state))
        postgres.SETTINGS |= COUNTING
        stack = Stack(layout, open_secrets(layout.state))
        try:
            stack.start()
            with Recording(layout.gateway_url) as gateway:
                world = World(layout, stack.book, gateway)
                world.sow()
                yield world
        finally:
            for tier in reversed(stack.tiers):
                stop_all(tier)


def block_of_ports() -> int:
    """A port whose followers are free too."""
    for base in range(8630, 60_000, 40):
        if not any(is_listening(base + offset) for offset in range(13)):
            return base
    raise OSError("No free ports.")


__all__ = ["AGENCIES", "ROOT", "SERVICES", "SLUGS", "Recording", "Sent", "World", "running"]
