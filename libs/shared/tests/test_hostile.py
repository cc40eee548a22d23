"""Requests that mean harm, or come twice, or go away: a 4xx or a 503, never a 500, a second effect or a lost connection."""

import asyncio
import random
from uuid import uuid4

import pytest
from shared.auth import Principal
from shared.db import Transaction, begin_script, real_now


def loaf(**more):
    return {"kind": "rye", "clinic_id": str(uuid4()), "client_id": str(uuid4()), **more}


def key():
    return {"Idempotency-Key": str(uuid4())}


JSON = {"Content-Type": "application/json"}
DEEP = b'{"kind": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


@pytest.mark.parametrize(
    ("body", "statuses"),
    [
        (DEEP, {400, 422}),
        (b"[" * 100_000, {400, 422}),
        (b'{"a":' * 100_000, {400, 422}),
        (b'{"kind": ' + b"[" * 900 + b"]" * 900 + b"}", {400, 422}),
        (b'{"kind": ' + b"9" * 100_000 + b"}", {400, 422}),
        (b'{"kind": NaN}', {400, 422}),
        (b'\xff\xfe{"kind": 1}', {400, 422}),
        (b"", {400, 422}),
        (b"null", {400, 422}),
        (b'{"\\ud800": 1}', {400, 422}),
        (b'{"kind": "' + b"x" * 1_100_000 + b'"}', {413}),
    ],
)
async def test_a_body_that_cannot_be_read_is_refused_and_the_refusal_audited(
    http, bearer, superuser, agency, body, statuses
):
    answer = await http.post("/v1/loaves", content=body, headers={**bearer("loaves:write"), **key(), **JSON})
    assert answer.status_code in statuses, answer.text[:300]
    assert answer.headers["content-type"] == "application/problem+json"
    assert await superuser.fetchval("SELECT outcome FROM audit WHERE agency_id = $1", agency) == "refused"


async def test_a_body_without_a_length_is_measured_too_and_has_a_type(http, bearer, superuser, agency):
    async def stream(piece, times):
        for _ in range(times):
            yield piece

    headers = {**bearer("loaves:write"), **key()}
    large = await http.post("/v1/loaves", content=stream(b"x" * 65536, 20), headers={**headers, **JSON})
    assert large.status_code == 413 and large.headers["content-type"] == "application/problem+json"
    assert await superuser.fetchval("SELECT outcome FROM audit WHERE agency_id = $1", agency) == "refused"
    other = await http.post("/v1/loaves", content=stream(b"x", 2), headers={**headers, "Content-Type": "text/xml"})
    assert other.status_code == 415
    for kind in ("Application/JSON", "application/json; charset=utf-8"):
        made = await http.post(
            "/v1/loaves", json=loaf(), headers={**bearer("loaves:write"), **key(), "Content-Type": kind}
        )
        assert made.status_code == 201, made.text


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "\udfff\0"])
async def test_characters_that_no_text_may_hold_are_422(http, bearer, superuser, agency, text):
    import json

    body = json.dumps(loaf(kind=text)).encode()
    answer = await http.post("/v1/loaves", content=body, headers={**bearer("loaves:write"), **key(), **JSON})
    assert answer.status_code == 422, answer.text
    assert await superuser.fetchval("SELECT outcome FROM audit WHERE agency_id = $1", agency) == "refused"


async def test_an_idempotency_key_of_another_form_is_400_and_audited(http, bearer, superuser, agency):
    headers = {**bearer("loaves:write"), "Idempotency-Key": "x" * 201}
    assert (await http.post("/v1/loaves", json=loaf(), headers=headers)).status_code == 400
    assert await superuser.fetchval("SELECT code FROM audit WHERE agency_id = $1", agency) == "malformed"


async def test_twenty_twins_at_once_have_one_effect(http, bearer, superuser, agency, monkeypatch):
    plain = Transaction.commit

    async def slowly(tx):
        await asyncio.sleep(0.3)
        await plain(tx)

    monkeypatch.setattr(Transaction, "commit", slowly)
    headers, body = {**bearer("loaves:write", sub=uuid4()), **key()}, loaf()
    answers = await asyncio.gather(*(http.post("/v1/loaves", json=body, headers=headers) for _ in range(20)))
    made = [a for a in answers if a.status_code == 201]
    assert {a.status_code for a in answers} == {201, 409}, [a.text for a in answers]
    assert len([a for a in made if "idempotent-replayed" not in a.headers]) == 1 and len({a.content for a in made}) == 1
    twins = [a for a in answers if a.status_code == 409]
    assert all(a.json()["type"] == "/problems/request-in-flight" and a.headers["retry-after"] for a in twins)
    for table in ("loaf", "outbox", "idempotency"):
        assert await superuser.fetchval(f"SELECT count(*) FROM {table} WHERE agency_id = $1", agency) == 1
    audited = "SELECT count(*) FROM audit WHERE agency_id = $1 AND code = 'request-in-flight'"
    assert await superuser.fetchval(audited, agency) == len(twins)


async def test_a_key_is_its_subjects_and_its_agencys(http, bearer, superuser, agency):
    from shared.db import uuid7

    who, same = uuid4(), {"Idempotency-Key": "same"}
    for headers in (
        bearer("loaves:write", sub=who),
        bearer("loaves:write"),
        bearer("loaves:write", sub=who, agency_id=uuid7()),
    ):
        answer = await http.post("/v1/loaves", json=loaf(), headers={**headers, **same})
        assert answer.status_code == 201 and "idempotent-replayed" not in answer.headers


async def test_a_replay_checks_the_relationship_again(http, bearer, superuser, database, agency):
    from datetime import timedelta

    from shared.access import relate

    staff, client, headers = uuid4(), uuid4(), key()
    since = real_now() - timedelta(days=1)
    async with database.transaction(Principal.system("bakery", agency_id=agency)) as tx:
        await relate(tx, staff_id=staff, client_id=client, kind="care_team", since=since, until=None)
    headers |= bearer("loaves:write", sub=staff, reach="caseload")
    body = loaf(client_id=str(client))
    assert [(await http.post("/v1/loaves", json=body, headers=headers)).status_code for _ in range(2)] == [201, 201]
    audited = "SELECT client_id FROM audit WHERE agency_id = $1 AND action = 'idempotency.replay'"
    assert await superuser.fetchval(audited, agency) == client
    async with database.transaction(Principal.system("bakery", agency_id=agency)) as tx:
        await relate(tx, staff_id=staff, client_id=client, kind="care_team", since=since, until=since)
    assert (await http.post("/v1/loaves", json=body, headers=headers)).status_code == 404


@pytest.mark.parametrize(("own", "asked", "kept"), [("TREAT", "HPAYMT", "HPAYMT"), ("HPAYMT", "TREAT", "HPAYMT")])
async def test_a_purpose_is_only_ever_narrowed(http, bearer, superuser, agency, own, asked, kept):
    headers = {**bearer("loaves:write", purpose=own), **key(), "X-Purpose-Of-Use": asked}
    assert (await http.post("/v1/loaves", json=loaf(), headers=headers)).status_code == 201
    assert await superuser.fetchval("SELECT purpose FROM audit WHERE agency_id = $1", agency) == kept


async def test_five_hundred_requests_that_go_away_leave_no_connection_behind(http, app, bearer, superuser, agency):
    """Cancelled at any point, and again while it ends: what awaits there would leave its connection checked out."""
    headers, chance = bearer("loaves:write"), random.Random(20261123)

    async def leave():
        task = asyncio.create_task(http.post("/v1/loaves", json=loaf(), headers={**headers, **key()}))
        await asyncio.sleep(chance.random() * 0.06)
        for _ in range(4):
            task.cancel()
            await asyncio.sleep(0)
        await asyncio.gather(task, return_exceptions=True)

    for _ in range(25):
        await asyncio.gather(*(leave() for _ in range(20)))
    pool = app.state.database.engine.pool
    for _ in range(100):  # the sandbox clock takes one for a moment now and then
        if pool.checkedout() == 0:
            break
        await asyncio.sleep(0.02)
    assert pool.checkedout() == 0
    stuck = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'bakery-app' AND state LIKE 'idle in%'"
    await asyncio.sleep(0.3)
    assert await superuser.fetchval(stuck) == 0
    answers = [http.post("/v1/loaves", json=loaf(), headers={**headers, **key()}) for _ in range(pool.size() * 2)]
    assert {a.status_code for a in await asyncio.gather(*answers)} == {201}
    whole = (
        "SELECT (SELECT count(*) FROM loaf WHERE agency_id = $1) - (SELECT count(*) FROM outbox WHERE agency_id = $1)"
    )
    assert await superuser.fetchval(whole, agency) == 0


async def test_a_full_pool_is_503_and_a_killed_backend_too(http, app, bearer, superuser, monkeypatch):
    engine, headers = app.state.database.engine, bearer("loaves:write")
    held = [await engine.connect() for _ in range(engine.pool.size())]
    full = await http.post("/v1/loaves", json=loaf(), headers={**headers, **key()})
    for connection in held:
        await connection.close()
    assert full.status_code == 503 and full.headers["retry-after"]
    plain = Transaction.add

    async def killed(tx, row):
        await superuser.execute("SELECT pg_terminate_backend($1)", tx._driver.get_server_pid())
        return await plain(tx, row)

    monkeypatch.setattr(Transaction, "add", killed)
    assert (await http.post("/v1/loaves", json=loaf(), headers={**headers, **key()})).status_code == 503
    assert engine.pool.checkedout() == 0
    monkeypatch.undo()
    assert (await http.post("/v1/loaves", json=loaf(), headers={**headers, **key()})).status_code == 201


@pytest.mark.parametrize("field", ["id", "agency_id", "clinics", "clients"])
def test_nothing_but_ids_gets_into_the_first_script(field):
    evil = "'; SET ROLE postgres; --"
    given = {"id": uuid4(), "agency_id": uuid4(), field: (evil,) if field.startswith("cli") else evil}
    with pytest.raises(ValueError, match="UUID"):
        begin_script(Principal(**given), real_now(), None)


def test_a_reach_that_is_not_on_the_list_is_none():
    script = begin_script(Principal(uuid4(), uuid4(), reach="agency' --"), real_now(), None)
    assert "set_config('app.reach', 'none', true)" in script


@pytest.mark.parametrize(("value", "kind"), [(2**40, "int"), (10**30, "int"), ("\ud800", "text")])
async def test_a_value_that_no_column_holds_is_refused_and_no_fault_of_ours(database, agency, value, kind):
    import sqlalchemy as sa
    from shared.errors import Invalid
    from shared.problems import translate

    async with database.opened(Principal.system("bakery", agency_id=agency)) as tx:
        with pytest.raises(sa.exc.DBAPIError) as caught:
            await tx.rows(sa.text(f"SELECT CAST(:value AS {kind})"), value=value)
        await tx.rollback()
    assert isinstance(translate(caught.value), Invalid)
