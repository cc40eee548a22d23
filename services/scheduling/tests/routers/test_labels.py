"""Security labels: computed at write, kept with the row, told to staff, to the client and to partners."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from privacy import DataClass, codings, label_of
from shared.contracts.clinical_records import DischargeFinalized
from shared.contracts.intake import EpisodeOpened
from shared.db import uuid7

PART2 = "http://terminology.hl7.org/CodeSystem/v3-ActCode|42CFRPart2"


@pytest.fixture(params=[False, True], ids=["plain", "part2"])
def is_part2(request: Any) -> bool:
    """Whether the client's care is of Part 2."""
    return bool(request.param)


@pytest.fixture
async def episode_id(is_part2: bool, scene: Any, receive: Any) -> UUID:
    opened = EpisodeOpened(
        episode_id=uuid7(), client_id=scene.client_id, clinic_id=scene.clinic_id, program_id=uuid7(),
        primary_clinician_id=scene.provider_id, opened_on=date(2026, 1, 1), is_part2=is_part2,
    )  # fmt: skip
    await receive(opened)
    return opened.episode_id


@pytest.fixture
def wanted(is_part2: bool) -> list[str]:
    found = codings(label_of(DataClass.SCHEDULE, is_part2=is_part2))
    assert (PART2 in found) is is_part2
    return found


@pytest.fixture
def call(http: Any, bearer: Any) -> Any:
    async def call(method: str, path: str, body: Any = None) -> Any:
        headers = bearer("appointments:write", "appointments:read", roles=("scheduler",))
        answer = await http.request(method, path, json=body, headers={**headers, "Idempotency-Key": str(uuid7())})
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    return call


async def test_an_appointment_says_its_labels_alone_and_in_lists(
    call: Any, scene: Any, episode_id: UUID, wanted: list[str], superuser: Any
) -> None:
    made = await call("POST", "/v1/appointments", scene.wish(episode_id=episode_id))
    alone = await call("GET", f"/v1/appointments/{made['id']}")
    listed = await call("GET", f"/v1/appointments?client_id={scene.client_id}")
    assert [one["security_labels"] for one in (made, alone, *listed["items"])] == [wanted] * 3
    kept = await superuser.fetchval("SELECT security_labels FROM appointment WHERE id = $1", UUID(made["id"]))
    assert kept == wanted


async def test_a_series_and_each_of_its_appointments_say_theirs(
    call: Any, scene: Any, episode_id: UUID, wanted: list[str]
) -> None:
    made = await call("POST", "/v1/appointment-series", scene.series(episode_id=episode_id))
    alone = await call("GET", f"/v1/appointment-series/{made['id']}")
    for series in (made, alone):
        assert series["security_labels"] == wanted
        assert [one["security_labels"] for one in series["appointments"]] == [wanted] * 12


async def test_without_an_episode_the_strictest_of_the_clients_counts(
    call: Any, scene: Any, episode_id: UUID, wanted: list[str]
) -> None:
    made = await call("POST", "/v1/appointments", scene.wish(episode_id=None))
    assert made["security_labels"] == wanted


async def test_the_client_and_a_partner_are_told_them_too(
    call: Any, http: Any, bearer: Any, app: Any, scene: Any, episode_id: UUID, wanted: list[str]
) -> None:
    async def decide(by: Any, questions: Any) -> Any:
        answer = {"is_permitted": True, "rule_id": "rule", "consent_id": None, "obligations": []}
        return {"items": [answer] * len(questions), "valid_for_ms": 1000}

    app.state.exits.ask = decide
    made = await call("POST", "/v1/appointments", scene.wish(episode_id=episode_id))
    own = bearer("own-records:read", roles=("client_portal",), sub=uuid4(), reach="own", clients=[str(scene.client_id)])
    partner = bearer(
        "appointments:read", roles=("partner_app",), reach="disclosed", purpose="TREAT", purposes=["TREAT"]
    )
    for path, headers in (("/v1/me/appointments", own), ("/v1/appointments", partner)):
        alone = await http.get(f"{path}/{made['id']}", headers=headers)
        listed = await http.get(f"{path}?client_id={scene.client_id}", headers=headers)
        assert [one["security_labels"] for one in (alone.json(), *listed.json()["items"])] == [wanted] * 2


async def test_of_an_episode_that_nobody_told_of_it_is_not_known(call: Any, scene: Any, receive: Any) -> None:
    await receive(DischargeFinalized(
        discharge_id=uuid7(), client_id=scene.client_id, episode_id=uuid7(), reason_code="goals_met",
        discharged_on=date(2026, 2, 1),
    ))  # fmt: skip
    made = await call("POST", "/v1/appointments", scene.wish(episode_id=None))
    assert made["security_labels"] == codings(label_of("unknown"))


async def test_the_database_refuses_a_row_without_labels(call: Any, scene: Any, superuser: Any) -> None:
    made = await call("POST", "/v1/appointments", scene.wish())
    with pytest.raises(Exception, match="labelled"):
        await superuser.execute("UPDATE appointment SET security_labels = '{}' WHERE id = $1", UUID(made["id"]))
