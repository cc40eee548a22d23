"""Events from other services: once in effect, and waiting for what they need."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

from shared.contracts.intake import ClientRegistered, EpisodeClosed, EpisodeOpened
from shared.contracts.scheduling import AppointmentKept


def opened(client: Any, clinic: Any) -> EpisodeOpened:
    return EpisodeOpened(
        episode_id=uuid4(), client_id=client, clinic_id=clinic, program_id=uuid4(), primary_clinician_id=uuid4(),
        opened_on=date(2026, 11, 23), is_part2=False,
    )  # fmt: skip


async def test_repeated_event_has_one_effect(care: Any, superuser: Any, agency: Any) -> None:
    kept = AppointmentKept(
        appointment_id=uuid4(), client_id=care.client_id, episode_id=care.episode_id, clinic_id=care.clinic_id,
        provider_id=care.therapist, kind="individual", started_at=datetime(2026, 11, 23, 15, tzinfo=UTC),
        ended_at=datetime(2026, 11, 23, 15, 52, tzinfo=UTC), minutes=52, service_date=date(2026, 11, 23),
        timezone="America/Chicago",
    )  # fmt: skip
    event_id = await care.receive(kept)
    await care.receive(kept, id=event_id)
    assert await superuser.fetchval("SELECT count(*) FROM note WHERE agency_id = $1", agency) == 1


async def test_episode_waits_for_its_client(receive: Any, superuser: Any, agency: Any) -> None:
    client, clinic = uuid4(), uuid4()
    await receive(opened(client, clinic))
    assert await superuser.fetchval("SELECT state FROM parked WHERE agency_id = $1", agency) == "waiting"
    await receive(ClientRegistered(client_id=client, clinic_id=clinic, age_band="adult"))
    assert await superuser.fetchval("SELECT state FROM parked WHERE agency_id = $1", agency) == "ready"


async def test_meeting_has_no_note(care: Any, superuser: Any, agency: Any) -> None:
    now = datetime.now(UTC)
    await care.receive(AppointmentKept(
        appointment_id=uuid4(), client_id=care.client_id, clinic_id=care.clinic_id, provider_id=care.therapist,
        kind="meeting", started_at=now, ended_at=now, minutes=0, service_date=now.date(), timezone="UTC",
    ))  # fmt: skip
    assert await superuser.fetchval("SELECT count(*) FROM note WHERE agency_id = $1", agency) == 0


async def test_closed_episode_ends_the_care_team(care: Any, told: Any) -> None:
    await care.receive(
        EpisodeClosed(episode_id=care.episode_id, client_id=care.client_id, closed_on=date(2026, 11, 23))
    )
    assert (await told("care_team.changed.v1"))[-1]["until"] is not None
    assert (await care.read("/v1/caseloads"))["items"] == []
