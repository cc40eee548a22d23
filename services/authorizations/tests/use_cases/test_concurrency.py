"""What many do at once: no unit is spent twice, and no fact misses what waits for it."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from authorizations import queries
from authorizations.models import Appointment
from authorizations.rules.appointments import AppointmentStatus
from authorizations.rules.service_codes import ServiceKind
from authorizations.use_cases.book_appointment import book_appointment
from authorizations.use_cases.consume_unit import consume_unit
from authorizations.use_cases.open_task import open_task
from shared.auth import Principal
from shared.contracts.scheduling import AppointmentBooked
from shared.db import uuid7


@pytest.fixture
def by(service, agency):
    return Principal.system(service, agency_id=agency)


async def test_many_sessions_at_once_spend_no_more_units_than_there_are(course, database, by):
    await course.begin()
    authorization = await course.authorize(await course.cover(), units=5)

    async def walk_in():
        appointment = Appointment(
            id=uuid7(), client_id=course.client, clinic_id=course.clinic, service_kind=ServiceKind.INDIVIDUAL,
            service_date=date(2026, 12, 7), minutes=50, status=AppointmentStatus.KEPT)  # fmt: skip
        async with database.transaction(by, request_id="test") as tx:
            await consume_unit(tx, appointment, by=by)
            return appointment.lacks_unit

    lacking = [lacks for n in range(6) for lacks in await asyncio.gather(*(walk_in() for _ in range(5)))]
    assert lacking.count(False) == 5
    assert await course.balance(authorization["id"]) == (5, 0, 0)
    entries = (await course.call("GET", f"/v1/authorizations/{authorization['id']}/ledger"))["items"]
    assert sum(entry["units"] for entry in entries) == 5
    assert await course.tasks() == ["ur_no_units", "ur_units_low"]


async def test_a_booking_and_a_grant_at_the_same_moment_find_each_other(course, database, by):
    await course.begin()
    coverage = await course.cover()
    start = datetime(2026, 12, 7, 15, tzinfo=UTC)
    booked = AppointmentBooked(
        appointment_id=uuid7(), client_id=course.client, clinic_id=course.clinic, provider_id=course.provider, kind="individual",
        start_at=start, end_at=start + timedelta(minutes=50), service_date=start.date())  # fmt: skip
    async with database.transaction(by, request_id="test") as tx:
        await book_appointment(tx, booked, by=by)
        granting = asyncio.create_task(course.authorize(coverage, units=2))
        await asyncio.sleep(0.5)
        assert not granting.done()
    authorization = await granting
    assert await course.balance(authorization["id"]) == (0, 1, 1)


async def test_the_same_duty_opened_twice_at_once_is_one_task(course, database, by):
    subject = uuid7()

    async def open_one():
        async with database.transaction(by, request_id="test") as tx:
            await open_task(tx, "ur_no_units", subject_id=subject, client_id=subject, by=by)
            await asyncio.sleep(0.05)

    await asyncio.gather(*(open_one() for _ in range(5)))
    assert await course.tasks() == ["ur_no_units"]
    async with database.transaction(by, request_id="test") as tx:
        assert len(await queries.lock_duties(tx, UUID(str(subject)), ["ur_no_units"])) == 1
