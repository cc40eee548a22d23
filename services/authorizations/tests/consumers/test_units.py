from datetime import date, timedelta

import asyncpg
import pytest
from shared.contracts.scheduling import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentLateCancelled,
    AppointmentNoShow,
)
from shared.db import real_now, uuid7


async def test_a_booking_reserves_a_kept_session_consumes_and_the_ledger_says_so(course):
    await course.begin()
    authorization = await course.authorize(await course.cover(), units=12)
    appointments = [await course.book(date(2026, 12, 7) + timedelta(weeks=n)) for n in range(12)]
    assert await course.balance(authorization["id"]) == (0, 12, 0)
    await course.receive(course.kept(appointments[0]))
    assert await course.balance(authorization["id"]) == (1, 11, 0)
    ledger = (await course.call("GET", f"/v1/authorizations/{authorization['id']}/ledger"))["items"]
    assert [entry["kind"] for entry in ledger] == ["reserve"] * 12 + ["consume"]
    assert (ledger[-1]["used_after"], ledger[-1]["reserved_after"]) == (1, 11)
    assert len(await course.told("auth.unit_reserved.v1")) == 12


async def test_the_ledger_is_paged_in_its_order(course):
    await course.begin()
    authorization = await course.authorize(await course.cover())
    for _ in range(5):
        await course.book()
    path, seen = f"/v1/authorizations/{authorization['id']}/ledger?limit=2", []
    page = await course.call("GET", path)
    while True:
        seen += [entry["sequence"] for entry in page["items"]]
        if page["next_cursor"] is None:
            break
        page = await course.call("GET", f"{path}&cursor={page['next_cursor']}")
    assert len(seen) == 5
    assert seen == sorted(seen)


@pytest.mark.parametrize("event", [AppointmentCancelled, AppointmentLateCancelled, AppointmentNoShow])
async def test_what_was_not_kept_is_released_and_never_consumed(course, event):
    await course.begin()
    authorization = await course.authorize(await course.cover(), units=2)
    appointment = await course.book()
    by = {} if event is AppointmentNoShow else {"by": "client"}
    await course.receive(event(appointment_id=appointment, client_id=course.client, at=real_now(), **by))
    assert await course.balance(authorization["id"]) == (0, 0, 2)
    assert len(await course.told("auth.unit_released.v1")) == 1


async def test_the_same_events_twice_move_units_once(course):
    await course.begin()
    authorization = await course.authorize(await course.cover(), units=2)
    appointment = await course.book()
    kept = course.kept(appointment)
    once = await course.receive(kept)
    await course.receive(kept, id=once)
    await course.receive(kept)
    assert await course.balance(authorization["id"]) == (1, 0, 1)


async def test_a_walk_in_consumes_without_a_reserve(course):
    await course.begin()
    authorization = await course.authorize(await course.cover(), units=2)
    await course.receive(course.kept(uuid7()))
    assert await course.balance(authorization["id"]) == (1, 0, 1)


async def test_with_no_unit_left_care_is_recorded_and_review_is_told_once(course):
    await course.begin()
    authorization = await course.authorize(await course.cover(), units=1)
    await course.book()
    more = [await course.book(), await course.book()]
    await course.receive(course.kept(more[0]))
    assert await course.balance(authorization["id"]) == (0, 1, 0)
    assert await course.tasks() == ["ur_no_units"]


async def test_appointments_that_waited_get_units_when_an_authorization_comes(course):
    await course.begin()
    coverage = await course.cover()
    kept, booked = await course.book(), await course.book(date(2026, 12, 14))
    await course.receive(course.kept(kept))
    outside = await course.book(date(2027, 3, 1))
    authorization = await course.authorize(coverage, units=5)
    assert await course.balance(authorization["id"]) == (1, 1, 3)
    entries = (await course.call("GET", f"/v1/authorizations/{authorization['id']}/ledger"))["items"]
    assert {e["appointment_id"] for e in entries} == {str(kept), str(booked)}
    assert str(outside) not in {e["appointment_id"] for e in entries}


async def test_of_two_authorizations_the_one_that_ends_first_gives_the_unit(course):
    await course.begin()
    coverage = await course.cover()
    later = await course.authorize(coverage, units=3, number="X-1")
    sooner = await course.authorize(coverage, units=1, number="X-2", valid_until="2026-12-31")
    await course.book()
    await course.book()
    assert (await course.balance(sooner["id"]), await course.balance(later["id"])) == ((0, 1, 0), (0, 1, 2))


async def test_other_services_and_meetings_take_no_unit_of_this_one(course):
    await course.begin()
    authorization = await course.authorize(await course.cover(), units=3)
    await course.book(kind="group_session")
    await course.book(kind="supervision")
    assert await course.balance(authorization["id"]) == (0, 0, 3)


async def test_discharge_releases_all_ends_the_authorization_and_lets_the_last_session_still_count(course, monday):
    await course.begin()
    authorization = await course.authorize(await course.cover(), units=5)
    last, future = await course.book(), await course.book(monday + timedelta(weeks=1))
    await course.receive(course.discharge())
    found = await course.call("GET", f"/v1/authorizations/{authorization['id']}")
    assert (found["status"], found["reserved"], found["terminated_on"]) == ("terminated", 0, monday.isoformat())
    await course.receive(course.kept(last))
    await course.receive(
        AppointmentCancelled(appointment_id=future, client_id=course.client, by="discharge", at=real_now())
    )
    assert await course.balance(authorization["id"]) == (1, 0, 4)
    assert len(await course.told("authorization.terminated.v1")) == 1
    assert len(await course.told("auth.unit_released.v1")) == 2


async def test_low_units_are_told_once_by_consumption(course):
    await course.begin()
    await course.authorize(await course.cover(), units=4)
    for _ in range(4):
        await course.receive(course.kept(uuid7()))
    assert [event["remaining"] for event in await course.told("auth.units_low.v1")] == [2]


async def test_an_emergency_without_authorization_is_no_error(course):
    await course.begin()
    await course.cover()
    await course.book(kind="crisis", is_emergency=True)
    parked = await course.superuser.fetchval("SELECT count(*) FROM parked WHERE agency_id = $1", course.agency)
    assert parked == 0


async def test_the_database_refuses_to_overspend_and_to_change_the_ledger(course, database, service):
    await course.begin()
    authorization = await course.authorize(await course.cover(), units=1)
    await course.book()
    with pytest.raises(asyncpg.CheckViolationError):
        await course.superuser.execute('UPDATE "authorization" SET reserved = 2 WHERE id = $1', authorization["id"])
    granted = "SELECT has_table_privilege('authorizations_app', 'unit_entry', $1)"
    rights = [await course.superuser.fetchval(granted, right) for right in ("INSERT", "UPDATE", "DELETE")]
    assert rights == [True, False, False]


async def test_a_cancellation_that_overtakes_its_booking_waits_for_it(course, receive):
    await course.begin()
    appointment = uuid7()
    await receive(AppointmentCancelled(appointment_id=appointment, client_id=course.client, by="client", at=real_now()))
    state = await course.superuser.fetchrow("SELECT state, missing FROM parked WHERE agency_id = $1", course.agency)
    assert (state["state"], state["missing"]) == ("waiting", f"appointment:{appointment}")
    assert AppointmentBooked.TOPIC == "scheduling"
