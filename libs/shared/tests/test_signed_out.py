"""Who is out is refused at once, whatever token he still holds; the process hears of it from its database."""

import asyncio
import json
import time
from uuid import uuid4

import pytest
from shared.auth import Verifier
from shared.contracts.gateway import (
    AgencySuspended,
    PartnerAppRevoked,
    PartnerAppSignedOut,
    SessionEnded,
    TokenRevoked,
    UserDeactivated,
)
from shared.errors import NotSignedIn
from shared.signed_out import RECENT, UNTOLD, issue_second, sign_out
from shared.testing import ISSUER


@pytest.fixture
async def asked(http, token):
    async def ask(made):
        return (await http.get("/v1/loaves", headers={"Authorization": f"Bearer {made}"})).status_code

    return ask


async def until(ask, status):
    """Milliseconds until it is answered so."""
    started = time.monotonic()
    while await ask() != status:
        assert time.monotonic() - started < 2, "not within two seconds"
        await asyncio.sleep(0.01)
    return (time.monotonic() - started) * 1000


async def test_a_person_who_is_out_is_refused_with_a_token_that_was_seen_before(app, database, principal, asked, token):
    person, other = uuid4(), uuid4()
    made, theirs = token("loaves:read", sub=person), token("loaves:read", sub=other)
    assert (await asked(made), await asked(theirs)) == (200, 200)
    async with database.transaction(principal()) as tx:
        await sign_out(tx, person)
    spent = await until(lambda: asked(made), 401)
    print(f"\nrefused {spent:.0f} ms after the commit")
    assert await asked(theirs) == 200


@pytest.fixture
async def untold(superuser):
    """The word from the database is lost."""
    await superuser.execute("ALTER TABLE signed_out DISABLE TRIGGER told")
    yield
    await superuser.execute("ALTER TABLE signed_out ENABLE TRIGGER told")


async def test_a_word_that_was_lost_is_made_up_for_within_two_seconds(
    app, database, principal, asked, token, untold, superuser
):
    spent = []
    for _ in range(3):
        person = uuid4()
        made = token("loaves:read", sub=person)
        assert await asked(made) == 200
        async with database.transaction(principal()) as tx:
            await sign_out(tx, person)
        spent.append(await until(lambda made=made: asked(made), 401))
    print(f"\nuntold, refused {max(spent):.0f} ms after the commit at the latest")
    assert max(spent) > 100, "the word was not lost"


async def test_looking_untold_is_one_small_statement(app, superuser):
    """What the net costs a service at rest: looks a second, and how long each takes in PostgreSQL."""
    await superuser.execute("INSERT INTO signed_out SELECT gen_random_uuid(), gen_random_uuid(), now() - '1 day'::interval "
                            "FROM generate_series(1, 20000)")  # fmt: skip
    await superuser.execute("ANALYZE signed_out")
    plan = await superuser.fetchval(f"EXPLAIN (ANALYZE, FORMAT JSON) {RECENT}", 660.0)
    (found,) = json.loads(plan)
    print(f"\n{1 / UNTOLD:.0f} look a second, {found['Execution Time']:.3f} ms each among 20,000 who are out")
    assert "Seq Scan" not in plan and UNTOLD <= 1.0


async def test_one_token_is_ended_and_the_next_counts(app, database, principal, asked, token):
    person, jti = uuid4(), uuid4()
    ended, other = token("loaves:read", sub=person, jti=jti.hex), token("loaves:read", sub=person)
    async with database.transaction(principal()) as tx:
        await sign_out(tx, jti)
    await until(lambda: asked(ended), 401)
    assert await asked(other) == 200


async def test_another_agencys_person_of_the_same_id_stays(app, database, principal, asked, token):
    person = uuid4()
    async with database.transaction(principal()) as tx:
        await sign_out(tx, person)
    await until(lambda: asked(token("loaves:read", sub=person)), 401)
    assert await asked(token("loaves:read", sub=person, agency_id=uuid4())) == 200


async def test_one_session_is_ended_and_another_of_the_same_person_counts(app, database, principal, asked, token):
    person, session = uuid4(), uuid4()
    ended, other = (token("loaves:read", sub=person, sid=str(one)) for one in (session, uuid4()))
    assert (await asked(ended), await asked(other)) == (200, 200)
    async with database.transaction(principal()) as tx:
        await sign_out(tx, session)
    await until(lambda: asked(ended), 401)
    assert await asked(other) == 200


async def test_a_suspended_agency_takes_everybody_along_but_our_services(
    app, database, principal, asked, token, agency
):
    people = [token("loaves:read"), token("loaves:read", roles=("partner_app",), client_id=f"app:{agency}.{uuid4()}")]
    ours, elsewhere = token("loaves:read", client_id="service:intake"), token("loaves:read", agency_id=uuid4())
    assert [await asked(one) for one in (*people, ours, elsewhere)] == [200] * 4
    async with database.transaction(principal()) as tx:
        await sign_out(tx, agency)
    for one in people:
        await until(lambda one=one: asked(one), 401)
    assert [await asked(one) for one in (ours, elsewhere)] == [200, 200]


async def test_who_was_signed_out_and_comes_back_at_once_gets_a_token_that_counts(tx):
    """It waits for the next second: one of the same second would be refused for as long as it lives."""
    person = uuid4()
    since = await sign_out(tx, person)
    assert await issue_second(tx, uuid4()) <= time.time()
    assert since.timestamp() < await issue_second(tx, uuid4(), person) <= time.time()


@pytest.mark.parametrize("later", [0, 5])
async def test_who_came_back_later_is_let_in(keys, token, later):
    verifier, person, agency = Verifier(ISSUER, "http://127.0.0.1:9/jwks"), uuid4(), uuid4()
    verifier.load(keys.jwks)
    made = token(sub=person, agency_id=agency)
    by = await verifier.verify(made)
    verifier.signed_out = {(agency, person): by.issued_at - later + 0.5}
    if later:
        assert (await verifier.verify(made)).id == person
    else:
        with pytest.raises(NotSignedIn):
            await verifier.verify(made)


async def test_every_service_projects_who_is_out(receive, superuser, agency, clock):
    ids = [*(uuid4() for _ in range(5)), agency]
    since = clock.now()
    await receive(UserDeactivated(user_id=ids[0]), at=since, source="gateway")
    await receive(PartnerAppRevoked(app_id=ids[1], since=since))
    await receive(TokenRevoked(token_id=ids[2], since=since))
    await receive(SessionEnded(session_id=ids[3], since=since))
    await receive(PartnerAppSignedOut(app_id=ids[4], since=since))
    await receive(AgencySuspended(agency_id=agency, since=since))
    rows = await superuser.fetch("SELECT subject, since FROM signed_out WHERE agency_id = $1", agency)
    assert {row["subject"]: row["since"] for row in rows} == dict.fromkeys(ids, since)
