from datetime import UTC, datetime, timedelta

import pytest_asyncio
from authorizations.timers import TIMERS
from shared.auth import Principal
from shared.timers import Timer


@pytest_asyncio.fixture
async def fire(database, service, agency, superuser):
    """Fire what is due by a moment, oldest first, as the timer loop does."""

    async def until(moment):
        while row := await superuser.fetchrow(
            "SELECT id, agency_id, kind, subject, key, due_at FROM timer WHERE agency_id = $1 AND fired_at IS NULL AND due_at <= $2"
            " ORDER BY due_at, id LIMIT 1", agency, moment,
        ):  # fmt: skip
            by = Principal.system(service, agency_id=agency, caused_by=str(row["id"]))
            async with database.transaction(by, now=row["due_at"], request_id="timer", cause=row["id"]) as tx:
                await TIMERS[row["kind"]](tx, Timer(**dict(row)))
            await superuser.execute("UPDATE timer SET fired_at = now() WHERE id = $1", row["id"])

    return until


async def test_the_payer_is_overdue_at_the_end_of_its_days_and_not_before(course, fire):
    await course.begin()
    request = await course.draft(await course.cover())
    found = await course.call("POST", f"/v1/authorization-requests/{request}/submission", expect=201)
    due = datetime.fromisoformat(found["due_at"])
    await fire(due - timedelta(seconds=1))
    assert await course.told("auth.payer_overdue.v1") == []
    await fire(due)
    assert len(await course.told("auth.payer_overdue.v1")) == 1
    assert (await course.call("GET", f"/v1/authorization-requests/{request}"))["is_overdue"] is True


async def test_a_decision_stops_the_payers_clock(course, fire):
    await course.begin()
    await course.authorize(await course.cover())
    await fire(datetime(2026, 12, 20, tzinfo=UTC))
    assert await course.told("auth.payer_overdue.v1") == []


async def test_an_authorization_warns_at_30_14_and_7_days_and_expires_after_its_last_day(course, fire):
    await course.begin()
    authorization = await course.authorize(await course.cover())
    last_second = datetime(2027, 3, 1, 5, 59, 59, tzinfo=UTC)
    await fire(last_second)
    assert [e["days_left"] for e in await course.told("auth.expiring.v1")] == [30, 14, 7]
    assert (await course.call("GET", f"/v1/authorizations/{authorization['id']}"))["status"] == "active"
    await fire(last_second + timedelta(seconds=1))
    assert (await course.call("GET", f"/v1/authorizations/{authorization['id']}"))["status"] == "expired"
    assert "ur_expiring" not in await course.tasks()


async def test_a_session_inside_the_window_counts_also_when_it_is_told_after_the_end(course, fire):
    await course.begin()
    authorization = await course.authorize(await course.cover())
    appointment = await course.book()
    await fire(datetime(2027, 3, 2, tzinfo=UTC))
    await course.receive(course.kept(appointment))
    assert await course.balance(authorization["id"]) == (1, 0, 11)


async def test_eligibility_is_asked_again_on_the_first_of_the_month(course, fire, superuser):
    await course.begin()
    coverage = await course.cover()
    await fire(datetime(2027, 2, 2, tzinfo=UTC))
    found = (await course.call("GET", f"/v1/eligibility-checks?coverage_id={coverage}"))["items"]
    assert sorted(check["service_date"] for check in found) == ["2026-12-01", "2027-01-01", "2027-02-01"]
