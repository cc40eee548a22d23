"""What signing in leaves behind goes when it can no longer matter, and nothing else."""

from datetime import timedelta

import pytest
from gateway.rules.clients import agency_id_of
from gateway.timers import TIMERS
from gateway.use_cases.sweep_sign_ins import KIND, sweep_sign_ins
from shared.auth import Principal

TABLES = ("visit", "authorization_code", "refresh_token", "sign_in_session")
AGED = {
    "visit": "expires_at = expires_at - $2::interval",
    "authorization_code": "issued_at = issued_at - $2::interval, expires_at = expires_at - $2::interval",
    "sign_in_session": "idle_until = idle_until - $2::interval",
}


@pytest.fixture
def left(superuser, slug):
    async def count():
        rows = [
            await superuser.fetchval(f"SELECT count(*) FROM {table} WHERE agency_id = $1", agency_id_of(slug))
            for table in TABLES
        ]
        return dict(zip(TABLES, rows, strict=True))

    return count


@pytest.fixture
def sweep(database, slug):
    async def run(most=1000):
        async with database.transaction(Principal.system("gateway", agency_id=agency_id_of(slug))) as tx:
            await sweep_sign_ins(tx, most=most)

    return run


@pytest.fixture
def let_pass(superuser, slug):
    async def age(days):
        for table, change in AGED.items():
            await superuser.execute(
                f"UPDATE {table} SET {change} WHERE agency_id = $1", agency_id_of(slug), timedelta(days=days)
            )

    return age


async def test_what_is_over_goes_and_what_counts_stays(therapist, left, sweep, let_pass):
    old = await therapist.tokens()
    await therapist.sign_in()
    before = await left()
    await sweep()
    assert await left() == before and min(before.values()) > 0
    await let_pass(3)
    fresh = await therapist.tokens()
    await sweep()
    assert await left() == {"visit": 1, "authorization_code": 1, "refresh_token": 1, "sign_in_session": 1}
    assert (await therapist.refresh(old["refresh_token"])).json()["error"] == "invalid_grant"
    assert "access_token" in (await therapist.refresh(fresh["refresh_token"])).json()


async def test_a_run_is_bounded_and_the_next_one_follows(therapist, left, sweep, let_pass, superuser, slug):
    for _ in range(3):
        await therapist.tokens()
    await let_pass(3)
    waiting = "SELECT count(*) FROM timer WHERE agency_id = $1 AND kind = $2 AND fired_at IS NULL"
    tonight = await superuser.fetchval(waiting, agency_id_of(slug), KIND)
    await sweep(2)
    assert (await left())["sign_in_session"] == 1
    assert (tonight, await superuser.fetchval(waiting, agency_id_of(slug), KIND)) == (1, 2)
    await sweep(2)
    assert (await left())["sign_in_session"] == 0 and KIND in TIMERS
