from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest_asyncio
from shared.contracts.authorizations import AuthApproved
from shared.contracts.gateway import ClinicChanged
from shared.contracts.intake import ClientRegistered, ConsentGranted, EpisodeOpened
from shared.contracts.workforce import CredentialVerified
from shared.db import uuid7
from shared.testing import *  # noqa: F403

SERVICE = "scheduling"
ZONE = "America/New_York"


@dataclass(frozen=True)
class Scene:
    """One client of one clinic, ready to be booked with one provider."""

    clinic_id: UUID
    client_id: UUID
    episode_id: UUID
    provider_id: UUID
    auth_id: UUID
    consent_id: UUID

    def wish(self, **more: Any) -> dict[str, Any]:
        """A booking as JSON, next Monday at ten on the clinic's wall unless told."""
        wish = {
            "client_id": self.client_id,
            "episode_id": self.episode_id,
            "provider_id": self.provider_id,
            "clinic_id": self.clinic_id,
            "kind": "individual",
            "start_local": f"{next_monday()}T10:00:00",
            "duration_minutes": 60,
        }
        return {name: str(value) if isinstance(value, UUID) else value for name, value in {**wish, **more}.items()}

    def series(self, **more: Any) -> dict[str, Any]:
        wish = self.wish(first_start_local=f"{next_monday()}T10:00:00", count=12, **more)
        del wish["start_local"]
        return wish


def next_monday() -> date:
    today = datetime.now(UTC).date()
    return today + timedelta(days=14 - today.weekday())


@pytest_asyncio.fixture
async def scene(receive: Callable[..., Awaitable[UUID]]) -> Scene:
    made = Scene(*(uuid7() for _ in range(6)))
    long_ago, day = datetime(2026, 1, 1, tzinfo=UTC), date(2026, 1, 1)
    await receive(ClinicChanged(clinic_id=made.clinic_id, timezone=ZONE))
    await receive(ClientRegistered(client_id=made.client_id, clinic_id=made.clinic_id, age_band="adult"))
    await receive(
        ConsentGranted(
            consent_id=made.consent_id,
            client_id=made.client_id,
            type="treatment",
            discloser="agency",
            effective_from=long_ago,
        )
    )
    await receive(
        EpisodeOpened(
            episode_id=made.episode_id,
            client_id=made.client_id,
            clinic_id=made.clinic_id,
            program_id=uuid7(),
            primary_clinician_id=made.provider_id,
            opened_on=day,
            is_part2=False,
        )
    )
    await receive(
        AuthApproved(
            auth_id=made.auth_id,
            request_id=uuid7(),
            client_id=made.client_id,
            service_kind="individual",
            valid_from=day,
            valid_until=date(2100, 1, 1),
            units=12,
        )
    )
    await receive(
        CredentialVerified(
            credential_id=uuid7(),
            clinician_id=made.provider_id,
            type="LCSW",
            state="CO",
            issued_on=day,
            expires_on=date(2100, 1, 1),
        )
    )
    return made
