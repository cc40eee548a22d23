from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any
from uuid import UUID

import httpx
from shared.clock import real_now
from shared.contracts.clinical_records import CareTeamChanged, DischargeFinalized
from shared.contracts.intake import ConsentRevoked, EpisodeOpened
from shared.contracts.workforce import CredentialExpired, CredentialVerified
from shared.db import uuid7

Receive = Callable[..., Awaitable[UUID]]
Bearer = Callable[..., dict[str, str]]
SCOPES = ("appointments:read", "appointments:write")


def keyed(bearer: Bearer, **more: Any) -> dict[str, str]:
    return {**bearer(*SCOPES, **more), "Idempotency-Key": str(uuid7())}


async def test_discharge_cancels_all_that_was_to_come_once(
    http: httpx.AsyncClient, bearer: Bearer, receive: Receive, scene: Any, superuser: Any
) -> None:
    made = (await http.post("/v1/appointment-series", json=scene.series(), headers=keyed(bearer))).json()[
        "appointments"
    ]
    discharge = DischargeFinalized(
        discharge_id=uuid7(),
        client_id=scene.client_id,
        episode_id=scene.episode_id,
        reason_code="goals_met",
        discharged_on=date(2026, 12, 1),
    )
    first = await receive(discharge)
    await receive(discharge, id=first)
    found = (
        await http.get("/v1/appointments", params={"client_id": str(scene.client_id)}, headers=keyed(bearer))
    ).json()["items"]
    assert {(a["status"], a["cancelled_by"]) for a in found} == {("cancelled_provider", "discharge")}
    ids = [UUID(a["id"]) for a in made]
    assert await superuser.fetchval("SELECT count(*) FROM timer WHERE subject = ANY ($1)", ids) == 0
    told = await superuser.fetch(
        "SELECT data FROM outbox WHERE aggregate_id = ANY ($1) AND type = 'appointment.cancelled.v1'", ids
    )
    assert len(told) == 12
    again = await http.post("/v1/appointments", json=scene.wish(), headers=keyed(bearer))
    assert (again.status_code, again.json()["type"]) == (409, "/problems/episode-not-open")


async def test_an_episode_told_of_after_its_discharge_stays_closed(
    http: httpx.AsyncClient, bearer: Bearer, receive: Receive, scene: Any
) -> None:
    episode_id = uuid7()
    await receive(
        DischargeFinalized(
            discharge_id=uuid7(),
            client_id=scene.client_id,
            episode_id=episode_id,
            reason_code="moved",
            discharged_on=date(2026, 12, 1),
        )
    )
    await receive(
        EpisodeOpened(
            episode_id=episode_id,
            client_id=scene.client_id,
            clinic_id=scene.clinic_id,
            program_id=uuid7(),
            primary_clinician_id=scene.provider_id,
            opened_on=date(2026, 11, 1),
            is_part2=False,
        )
    )
    answer = await http.post("/v1/appointments", json=scene.wish(episode_id=episode_id), headers=keyed(bearer))
    assert answer.status_code == 409


async def test_a_revoked_consent_shuts_the_gate(
    http: httpx.AsyncClient, bearer: Bearer, receive: Receive, scene: Any
) -> None:
    await receive(
        ConsentRevoked(
            consent_id=scene.consent_id, client_id=scene.client_id, type="treatment", effective_at=real_now()
        )
    )
    stopped = await http.post("/v1/appointments", json=scene.wish(), headers=keyed(bearer))
    assert (stopped.status_code, stopped.json()["gates"]) == (409, ["treatment_consent"])
    crisis = await http.post("/v1/appointments", json=scene.wish(kind="crisis"), headers=keyed(bearer))
    assert (crisis.status_code, crisis.json()["warnings"]) == (201, ["treatment_consent"])


async def test_an_expired_credential_blocks_until_it_is_renewed(
    http: httpx.AsyncClient, bearer: Bearer, receive: Receive, scene: Any
) -> None:
    provider, credential = uuid7(), uuid7()
    verified = CredentialVerified(
        credential_id=credential,
        clinician_id=provider,
        type="LPC",
        state="CO",
        issued_on=date(2020, 1, 1),
        expires_on=date(2100, 1, 1),
    )
    await receive(verified)
    await receive(CredentialExpired(credential_id=credential, clinician_id=provider, expired_on=date(2026, 1, 1)))
    stopped = await http.post("/v1/appointments", json=scene.wish(provider_id=provider), headers=keyed(bearer))
    assert (stopped.status_code, stopped.json()["gates"]) == (409, ["credential"])
    await receive(verified)
    assert (
        await http.post("/v1/appointments", json=scene.wish(provider_id=provider), headers=keyed(bearer))
    ).status_code == 201


async def test_the_care_team_sees_its_clients_appointments(
    http: httpx.AsyncClient, bearer: Bearer, receive: Receive, scene: Any
) -> None:
    booked = (await http.post("/v1/appointments", json=scene.wish(), headers=keyed(bearer))).json()
    member = uuid7()
    await receive(
        CareTeamChanged(
            membership_id=uuid7(), client_id=scene.client_id, member_id=member, role="case_manager", since=real_now()
        )
    )
    assert (
        await http.get(f"/v1/appointments/{booked['id']}", headers=keyed(bearer, reach="caseload", sub=member))
    ).status_code == 200
