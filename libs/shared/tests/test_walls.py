"""Rows of another agency or clinic, and caseloads: enforced in the database."""

from uuid import uuid4

import pytest
from shared.auth import Principal
from shared.db import uuid7


def loaf(clinic, client=None):
    return {"kind": "rye", "clinic_id": str(clinic), "client_id": str(client or uuid4())}


async def bake(http, bearer, clinic=None, client=None, **more):
    headers = {**bearer("loaves:write", **more), "Idempotency-Key": str(uuid4())}
    return (await http.post("/v1/loaves", json=loaf(clinic or uuid4(), client), headers=headers)).json()["id"]


async def test_another_agencys_row_is_404_like_an_unknown_one(http, bearer):
    theirs = await bake(http, bearer, agency_id=uuid7())
    answers = [
        await http.get(f"/v1/loaves/{i}", headers={**bearer("loaves:read"), "X-Request-Id": "x"})
        for i in (theirs, uuid4())
    ]
    assert [a.status_code for a in answers] == [404, 404] and answers[0].content == answers[1].content


async def test_the_owner_of_the_row_sees_it(http, bearer):
    mine = await bake(http, bearer)
    assert (await http.get(f"/v1/loaves/{mine}", headers=bearer("loaves:read"))).status_code == 200


async def test_a_row_of_another_clinic_of_the_same_agency_is_404(http, bearer):
    clinic, other = uuid4(), uuid4()
    made = await bake(http, bearer, clinic)
    assert (
        await http.get(f"/v1/loaves/{made}", headers=bearer("loaves:read", clinics=(str(clinic),)))
    ).status_code == 200
    assert (
        await http.get(f"/v1/loaves/{made}", headers=bearer("loaves:read", clinics=(str(other),)))
    ).status_code == 404


async def test_the_clinic_wall_never_opens_the_agencys(http, bearer):
    """Two permissive policies are ORed: then another agency's row at my clinic would show."""
    clinic = uuid4()
    theirs = await bake(http, bearer, clinic, agency_id=uuid7())
    assert (
        await http.get(f"/v1/loaves/{theirs}", headers=bearer("loaves:read", clinics=(str(clinic),)))
    ).status_code == 404


async def test_caseload_reach_sees_related_clients_only(http, bearer, database, agency):
    staff, client = uuid4(), uuid4()
    made = await bake(http, bearer, client=client)
    headers = bearer("loaves:read", sub=staff, reach="caseload")
    assert (await http.get(f"/v1/loaves/{made}", headers=headers)).status_code == 404
    from shared.access import relate

    async with database.transaction(Principal.system("bakery", agency_id=agency)) as tx:
        await relate(tx, staff_id=staff, client_id=client, kind="care_team", since=tx.now, until=None)
    assert (await http.get(f"/v1/loaves/{made}", headers=headers)).status_code == 200


async def test_no_reach_sees_nothing(http, bearer):
    made = await bake(http, bearer)
    assert (await http.get(f"/v1/loaves/{made}", headers=bearer("loaves:read", reach="none"))).status_code == 404


@pytest.mark.parametrize("statement", ["SELECT count(*) FROM loaf", "SELECT count(*) FROM event_log"])
async def test_raw_sql_without_or_with_a_wrong_setting_sees_no_row(http, bearer, database, statement):
    await bake(http, bearer)
    async with database.engine.connect() as connection:
        driver = (await connection.get_raw_connection()).driver_connection
        assert await driver.fetchval(statement) == 0
        await driver.execute(f"BEGIN; SET LOCAL app.agency = '{uuid4()}'; SET LOCAL app.clinics = '*'")
        assert await driver.fetchval(statement) == 0
        await driver.execute("ROLLBACK")
        assert await driver.fetchval("SELECT current_setting('app.agency', true)") in (None, "")


async def test_an_abandoned_transaction_never_serves_the_next_request(http, bearer, database, superuser, agency):
    """Rule (a): without the check-in guard the next request would commit what this one left open."""
    for _ in range(10):
        connection = await database.engine.connect()
        driver = (await connection.get_raw_connection()).driver_connection
        await driver.execute(f"BEGIN; SET LOCAL app.agency = '{agency}'; SET LOCAL app.clinics = '*'")
        await driver.execute(
            "INSERT INTO loaf (id, agency_id, version, created_at, kind, clinic_id, client_id) "
            "VALUES (gen_random_uuid(), agency(), 1, now(), 'left', gen_random_uuid(), gen_random_uuid())"
        )
        await connection.close()
        async with database.transaction(Principal.system("bakery", agency_id=uuid7())) as tx:
            tx.audit("look")
    assert await superuser.fetchval("SELECT count(*) FROM loaf WHERE kind = 'left' AND agency_id = $1", agency) == 0


async def test_every_table_has_its_wall(superuser):
    rows = await superuser.fetch(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace "
        "AND relname <> 'alembic_version' AND NOT (relrowsecurity AND relforcerowsecurity)"
    )
    assert [r["relname"] for r in rows] == []
    assert not await superuser.fetchval(
        "SELECT bool_or(rolbypassrls OR rolsuper) FROM pg_roles WHERE rolname LIKE 'bakery%'"
    )
