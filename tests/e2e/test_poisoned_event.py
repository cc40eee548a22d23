"""A service that cannot digest one client's event: it parks, its key waits, others go on, and a retry makes all good in order."""

import asyncio
import json
import time
from pathlib import Path

import asyncpg
from trellis import care
from trellis.api import Gateway
from trellis.environment import superuser_url
from trellis.layout import layout_from
from trellis.secretbook import read_secrets

BREAK = """CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  RAISE EXCEPTION 'cannot digest %', NEW.client_id USING ERRCODE = 'data_exception'; END $$;
CREATE TRIGGER poison BEFORE INSERT ON consent FOR EACH ROW WHEN (NEW.client_id = '{client}') EXECUTE FUNCTION poison()"""
MEND = "DROP TRIGGER poison ON consent; DROP FUNCTION poison()"
CONSENTS = "SELECT client_id::text, type, state FROM consent WHERE client_id = ANY ($1::uuid[]) ORDER BY client_id, id"


async def at_referrals(platform, statement, *values):
    layout = layout_from(platform.environment)
    url = superuser_url(layout, read_secrets(layout.state)).rpartition("/")[0] + "/referrals"
    connection = await asyncpg.connect(url)
    try:
        return (
            [tuple(row) for row in await connection.fetch(statement, *values)]
            if values
            else await connection.execute(statement)
        )
    finally:
        await connection.close()


def parked(platform, *more):
    ran = platform.trellis("parked", "list", "--service", "referrals", "--json", *more)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return json.loads(ran.stdout)["events"]


def wait_for(look, wanted, patience=30):
    deadline = time.monotonic() + patience
    while (found := look()) != wanted and time.monotonic() < deadline:
        time.sleep(0.2)
    assert found == wanted


def test_a_poisoned_event_parks_its_key_waits_others_go_on_and_a_retry_mends_all_in_order(platform):
    with Gateway(platform.url) as gateway:
        agency = gateway.people()[0]["agency"]
        desk, coordinator = gateway.person(agency, "front-desk"), gateway.person(agency, "intake-coordinator")
        sick, well = [one["id"] for one in coordinator.get("/v1/clients", limit=2).items]
        before = asyncio.run(at_referrals(platform, CONSENTS, [sick, well]))
        asyncio.run(at_referrals(platform, BREAK.format(client=sick)))
        try:
            signed = {client: care.consent(desk, client, "recording")["id"] for client in (sick, well)}
            for consent in signed.values():
                coordinator.post(f"/v1/consents/{consent}/revocation", {})
            news = [(well, "recording", "revoked")]
            wait_for(lambda: new(platform, [sick, well], before), news)
            wait_for(lambda: [(e["state"], e["type"]) for e in parked(platform)],
                     [("parked", "consent.granted.v1"), ("queued", "consent.revoked.v1")])  # fmt: skip
            shown = platform.trellis("parked", "list").stdout
            print(shown)
            first = parked(platform)[0]
            assert first["reason"] == "22000"
            assert "cannot digest" not in shown + json.dumps(parked(platform))
            assert platform.trellis("parked", "retry", "--all", "--service", "referrals").returncode == 1
            assert [e["state"] for e in parked(platform)] == ["parked", "queued"]
        finally:
            asyncio.run(at_referrals(platform, MEND))
        ran = platform.trellis("parked", "retry", "--all", "--service", "referrals")
        print(ran.stdout)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert parked(platform) == []
        assert new(platform, [sick, well], before) == sorted([(sick, "recording", "revoked"), *news])
    assert b"cannot digest" not in (Path(platform.state) / "logs" / "referrals.log").read_bytes()


def new(platform, clients, before):
    found = asyncio.run(at_referrals(platform, CONSENTS, clients))
    for one in before:
        found.remove(one)
    return sorted(found)
