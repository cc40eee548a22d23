import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from shared.db import uuid7

Bearer = Callable[..., dict[str, str]]
UNKNOWN = "01990000-0000-7000-8000-000000000000"
WRITE = ("appointments:read", "appointments:write", "attendance:write", "availability:read", "availability:write")


@pytest.fixture
def staff(bearer: Bearer) -> Callable[..., dict[str, str]]:
    """A scheduler's headers, with a fresh key each time."""
    return lambda **more: {**bearer(*WRITE, roles=("scheduler",), **more), "Idempotency-Key": str(uuid7())}


async def test_book_warns_of_nothing_when_all_facts_are_there(
    http: httpx.AsyncClient, staff: Any, scene: Any, superuser: Any
) -> None:
    answer = await http.post("/v1/appointments", json=scene.wish(), headers=staff())
    assert answer.status_code == 201, answer.text
    booked = answer.json()
    assert (booked["status"], booked["warnings"], booked["start_local"][11:16]) == ("booked", [], "10:00")
    assert booked["timezone"] == "America/New_York"
    kinds = await superuser.fetch("SELECT kind FROM timer WHERE subject = $1 ORDER BY kind", booked["id"])
    assert [k["kind"] for k in kinds] == ["no_show_check", "reminder_2", "reminder_24", "reminder_72"]


@pytest.mark.parametrize("whose", ["provider_id", "client_id"])
async def test_an_overlap_is_a_bare_conflict(http: httpx.AsyncClient, staff: Any, scene: Any, whose: str) -> None:
    taken = (await http.post("/v1/appointments", json=scene.wish(), headers=staff())).json()
    other = scene.wish(
        kind="crisis",
        start_local=taken["start_local"][:11] + "10:59:00",
        **({"provider_id": uuid7()} if whose == "client_id" else {}),
    )
    answer = await http.post("/v1/appointments", json=other, headers=staff())
    assert answer.status_code == 409
    assert taken["id"] not in answer.text
    assert str(scene.client_id) not in answer.text


async def test_of_many_who_want_the_same_hour_one_gets_it(http: httpx.AsyncClient, staff: Any, scene: Any) -> None:
    wishes = [http.post("/v1/appointments", json=scene.wish(), headers=staff()) for _ in range(6)]
    assert sorted(answer.status_code for answer in await asyncio.gather(*wishes)) == [201] + [409] * 5


async def test_bookings_of_one_provider_take_turns(
    http: httpx.AsyncClient, staff: Any, scene: Any, superuser: Any, agency: UUID
) -> None:
    turn = superuser.transaction()
    await turn.start()
    lock = "SELECT pg_advisory_xact_lock(hashtextextended($1, 21))"
    await superuser.execute(lock, f"{agency}:{scene.wish()['provider_id']}")
    booking = asyncio.create_task(http.post("/v1/appointments", json=scene.wish(), headers=staff()))
    await asyncio.sleep(0.5)
    assert not booking.done()
    await turn.rollback()
    assert (await booking).status_code == 201


async def test_the_next_appointment_may_start_when_one_ends(http: httpx.AsyncClient, staff: Any, scene: Any) -> None:
    taken = (await http.post("/v1/appointments", json=scene.wish(), headers=staff())).json()
    after = scene.wish(start_local=taken["start_local"][:11] + "11:00:00")
    assert (await http.post("/v1/appointments", json=after, headers=staff())).status_code == 201


async def test_a_series_is_all_or_nothing(http: httpx.AsyncClient, staff: Any, scene: Any) -> None:
    third = datetime.fromisoformat(scene.wish()["start_local"]) + timedelta(weeks=2)
    await http.post("/v1/appointments", json=scene.wish(start_local=third.isoformat()), headers=staff())
    answer = await http.post("/v1/appointment-series", json=scene.series(), headers=staff())
    assert answer.status_code == 409
    listed = await http.get("/v1/appointments", params={"client_id": str(scene.client_id)}, headers=staff())
    assert len(listed.json()["items"]) == 1


async def test_a_series_keeps_its_wall_time_and_takes_twelve_units(
    http: httpx.AsyncClient, staff: Any, scene: Any
) -> None:
    answer = await http.post("/v1/appointment-series", json=scene.series(), headers=staff())
    assert answer.status_code == 201, answer.text
    booked = answer.json()["appointments"]
    assert {a["start_local"][11:16] for a in booked} == {"10:00"}
    assert [a["warnings"] for a in booked] == [[]] * 12
    read = await http.get(f"/v1/appointment-series/{answer.json()['id']}", headers=staff())
    assert [a["id"] for a in read.json()["appointments"]] == [a["id"] for a in booked]


async def test_the_thirteenth_of_a_series_is_warned_of(http: httpx.AsyncClient, staff: Any, scene: Any) -> None:
    answer = await http.post("/v1/appointment-series", json=scene.series() | {"count": 13}, headers=staff())
    assert [a["warnings"] for a in answer.json()["appointments"]] == [[]] * 12 + [["authorization"]]


async def test_slots_are_availability_less_what_is_booked(http: httpx.AsyncClient, staff: Any, scene: Any) -> None:
    day = scene.wish()["start_local"][:10]
    opened = {
        "provider_id": str(scene.provider_id),
        "clinic_id": str(scene.clinic_id),
        "timezone": "America/New_York",
        "windows": [{"weekday": 0, "start": "09:00", "end": "12:00"}],
        "effective_from": "2026-01-01",
    }
    made = await http.post("/v1/availabilities", json=opened, headers=staff())
    assert made.status_code == 201, made.text
    ask = {"provider_id": str(scene.provider_id), "from_on": day, "until_on": day}
    before = (await http.get("/v1/slots", params=ask, headers=staff())).json()["items"]
    assert [s["start_local"][11:16] for s in before] == ["09:00", "10:00", "11:00"]
    await http.post("/v1/appointments", json=scene.wish(), headers=staff())
    after = (await http.get("/v1/slots", params=ask, headers=staff())).json()["items"]
    assert [s["start_local"][11:16] for s in after] == ["09:00", "11:00"]
    closed = await http.patch(
        f"/v1/availabilities/{made.json()['id']}", json={"days_off": [day]}, headers={**staff(), "If-Match": '"1"'}
    )
    assert closed.status_code == 200, closed.text
    assert (await http.get("/v1/slots", params=ask, headers=staff())).json()["items"] == []


async def test_slots_of_too_long_a_range_are_refused(http: httpx.AsyncClient, staff: Any) -> None:
    answer = await http.get("/v1/slots", params={"from_on": "2026-12-01", "until_on": "2027-02-02"}, headers=staff())
    assert answer.status_code == 422


async def test_a_session_that_has_not_ended_cannot_be_kept(http: httpx.AsyncClient, staff: Any, scene: Any) -> None:
    booked = (await http.post("/v1/appointments", json=scene.wish(), headers=staff())).json()
    times = {"started_at": booked["start_at"], "ended_at": booked["end_at"]}
    answer = await http.post(f"/v1/appointments/{booked['id']}/attendance", json=times, headers=staff())
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/session-not-over")
    assert (await http.post(f"/v1/appointments/{booked['id']}/no-show", headers=staff())).status_code == 409


async def test_a_cancelled_one_cannot_be_kept_and_frees_its_time(
    http: httpx.AsyncClient, staff: Any, scene: Any
) -> None:
    booked = (await http.post("/v1/appointments", json=scene.wish(), headers=staff())).json()
    gone = await http.post(
        f"/v1/appointments/{booked['id']}/cancellation", json={"by": "client", "reason_code": "ill"}, headers=staff()
    )
    assert (gone.status_code, gone.json()["status"]) == (200, "cancelled_client")
    times = {"started_at": booked["start_at"], "ended_at": booked["end_at"]}
    answer = await http.post(f"/v1/appointments/{booked['id']}/attendance", json=times, headers=staff())
    assert answer.status_code == 409
    assert "cancelled_client" in answer.json()["detail"]
    assert "nothing" in answer.json()["detail"]
    assert (await http.post("/v1/appointments", json=scene.wish(), headers=staff())).status_code == 201


async def test_a_time_that_has_passed_is_refused(http: httpx.AsyncClient, staff: Any, scene: Any) -> None:
    past = (datetime.now(UTC) - timedelta(days=2)).replace(tzinfo=None).isoformat()
    answer = await http.post("/v1/appointments", json=scene.wish(start_local=past), headers=staff())
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/start_local")


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"client_id": str(uuid7())}, 404),
        ({"episode_id": str(uuid7())}, 409),
        ({"clinic_id": str(uuid7())}, 409),
        ({"client_id": None}, 422),
        ({"kind": "meeting"}, 422),
        ({"timezone": "Nowhere/At_All"}, 422),
        ({"start_local": "2030-01-01T10:00:00Z"}, 422),
        ({"start_at": "2030-01-01T10:00:00Z"}, 422),
    ],
)
async def test_what_cannot_be_booked(
    http: httpx.AsyncClient, staff: Any, scene: Any, more: dict[str, Any], status: int
) -> None:
    assert (await http.post("/v1/appointments", json={**scene.wish(), **more}, headers=staff())).status_code == status


async def test_a_therapist_books_only_in_his_own_calendar(http: httpx.AsyncClient, staff: Any, scene: Any) -> None:
    answer = await http.post("/v1/appointments", json=scene.wish(), headers=staff(reach="caseload"))
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-your-calendar")


async def test_without_relationship_it_is_as_if_it_were_not(http: httpx.AsyncClient, staff: Any, scene: Any) -> None:
    booked = (await http.post("/v1/appointments", json=scene.wish(), headers=staff())).json()
    stranger = await http.get(f"/v1/appointments/{booked['id']}", headers=staff(reach="caseload"))
    unknown = await http.get(f"/v1/appointments/{UNKNOWN}", headers=staff(reach="caseload"))
    assert (stranger.status_code, unknown.status_code) == (404, 404)
    assert stranger.json()["detail"] == unknown.json()["detail"]
    own = await http.get(f"/v1/appointments/{booked['id']}", headers=staff(reach="caseload", sub=scene.provider_id))
    assert own.status_code == 200


async def test_another_clinics_staff_sees_and_books_nothing(http: httpx.AsyncClient, staff: Any, scene: Any) -> None:
    elsewhere = (str(uuid7()),)
    booked = (await http.post("/v1/appointments", json=scene.wish(), headers=staff())).json()
    assert (await http.get(f"/v1/appointments/{booked['id']}", headers=staff(clinics=elsewhere))).status_code == 404
    answer = await http.post("/v1/appointments", json=scene.wish(), headers=staff(clinics=elsewhere))
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/clinic-not-yours")


async def test_a_meeting_takes_time_but_no_attendance(http: httpx.AsyncClient, staff: Any, scene: Any) -> None:
    meeting = scene.wish(kind="meeting") | {"client_id": None, "episode_id": None}
    made = await http.post("/v1/appointments", json=meeting, headers=staff())
    assert made.status_code == 201, made.text
    assert (await http.post("/v1/appointments", json=scene.wish(), headers=staff())).status_code == 409
    assert (await http.post(f"/v1/appointments/{made.json()['id']}/no-show", headers=staff())).status_code == 409
    gone = await http.post(
        f"/v1/appointments/{made.json()['id']}/cancellation", json={"by": "provider"}, headers=staff()
    )
    assert gone.json()["status"] == "cancelled_provider"


async def test_lists_narrow_by_range(http: httpx.AsyncClient, staff: Any, scene: Any) -> None:
    made = (await http.post("/v1/appointment-series", json=scene.series(), headers=staff())).json()["appointments"]
    ask = {
        "provider_id": str(scene.provider_id),
        "start_from": made[3]["start_at"],
        "start_before": made[5]["start_at"],
        "status": "booked",
    }
    found = (await http.get("/v1/appointments", params=ask, headers=staff())).json()["items"]
    assert {a["id"] for a in found} == {made[3]["id"], made[4]["id"]}


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("POST", "/v1/appointments"),
        ("GET", "/v1/appointments"),
        ("GET", f"/v1/appointments/{UNKNOWN}"),
        ("POST", f"/v1/appointments/{UNKNOWN}/confirmation"),
        ("POST", f"/v1/appointments/{UNKNOWN}/arrival"),
        ("POST", f"/v1/appointments/{UNKNOWN}/session"),
        ("POST", f"/v1/appointments/{UNKNOWN}/attendance"),
        ("POST", f"/v1/appointments/{UNKNOWN}/no-show"),
        ("POST", f"/v1/appointments/{UNKNOWN}/cancellation"),
        ("POST", "/v1/appointment-series"),
        ("GET", f"/v1/appointment-series/{UNKNOWN}"),
        ("POST", "/v1/availabilities"),
        ("GET", "/v1/availabilities"),
        ("GET", f"/v1/availabilities/{UNKNOWN}"),
        ("PATCH", f"/v1/availabilities/{UNKNOWN}"),
        ("GET", "/v1/slots"),
        ("GET", "/v1/gate-policies"),
        ("PUT", "/v1/gate-policies"),
    ],
)
async def test_no_token_401_no_scope_403(http: httpx.AsyncClient, bearer: Bearer, verb: str, path: str) -> None:
    assert (await http.request(verb, path)).status_code == 401
    assert (await http.request(verb, path, headers=bearer("notes:read"))).status_code == 403
