"""Who looked: asked of every service over HTTP, kept as a report. Here the gateway's own audit is what is asked."""

import asyncio
import socket
from datetime import timedelta
from uuid import uuid4

import aiohttp
import pytest
import uvicorn
from gateway.models import PartnerApp
from gateway.neighbours import Services
from gateway.use_cases.gather_audit import Reporter
from gateway.use_cases.record_audit_report import record_audit_report
from shared.auth import Principal
from shared.clock import Clock, real_now
from shared.db import Database, uuid7
from shared.outbound import OutboundLoop, port, ports
from shared.run import settings_of

BOTH = ("audit-reports:read", "audit-reports:write")


@pytest.fixture
async def address(app):
    """The gateway as its neighbours find it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, port=port, lifespan="off", log_config=None))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await serving


@pytest.fixture
async def gather(address, token, database):
    """Do what the worker does with the intents that stand."""
    relay = Database(settings_of("gateway"), "gateway", Clock(), "relay", 1)
    async with aiohttp.ClientSession() as session:

        async def run(url=address):
            issue = lambda agency: token("internal", agency_id=agency, reach="agency")  # noqa: E731
            reporter = Reporter(Services({"gateway": url}, lambda: session, issue))
            table = ports(port("audit_report", reporter.send, record=record_audit_report, leaves=None))
            loop = OutboundLoop(database, relay, "gateway", table, lambda: None)
            for lease, row in await loop.lease():
                await loop.guarded(lease, row)

        yield run
    await relay.close()


@pytest.fixture
def send(http, bearer):
    async def call(method, path, body=None, *, scopes=BOTH, **token):
        return await http.request(method, path, json=body, headers=bearer(*scopes, roles=("auditor",), **token))

    return call


def span(client_id, hours=1):
    now = real_now()
    return {"client_id": str(client_id), "since": (now - timedelta(hours=hours)).isoformat(),
            "until": (now + timedelta(hours=1)).isoformat()}  # fmt: skip


async def look(database, agency, client_id, count, action="chart.read"):
    by = Principal.system("gateway", agency_id=agency)
    async with database.transaction(by, request_id="look") as tx:
        for _ in range(count):
            tx.audit(action, subject=client_id, resource=uuid7(), consent_id=uuid7(), by=by)


async def test_who_has_not_the_scope_asks_nothing(send):
    assert (await send("POST", "/v1/audit-reports", span(uuid4()), scopes=("users:read",))).status_code == 403
    assert (await send("GET", f"/v1/audit-reports/{uuid4()}", scopes=("users:read",))).status_code == 403


@pytest.mark.parametrize("hours", [-2, 24 * 366 * 7])
async def test_a_span_that_is_none_is_refused(send, hours):
    answer = await send("POST", "/v1/audit-reports", span(uuid4(), hours))
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/span-refused")


async def test_a_report_holds_every_look_at_the_client_and_no_others(send, gather, database, agency):
    client, other, stranger = uuid7(), uuid7(), uuid7()
    await look(database, agency, client, 3)
    await look(database, agency, other, 2)
    await look(database, stranger, client, 2, "chart.of_another_agency")
    asked = await send("POST", "/v1/audit-reports", span(client))
    assert (asked.status_code, asked.json()["status"]) == (202, "pending")
    path = f"/v1/audit-reports/{asked.json()['id']}"
    assert (await send("GET", f"{path}/entries")).json()["items"] == []
    await gather()
    report = (await send("GET", path)).json()
    assert (report["status"], report["is_cut"]) == ("ready", False)
    rows = (await send("GET", f"{path}/entries?limit=200")).json()["items"]
    assert len(rows) == report["entries"]
    assert [row["action"] for row in rows].count("chart.read") == 3
    assert {row["service"] for row in rows} == {"gateway"} and all(row["request_id"] for row in rows)
    assert "chart.of_another_agency" not in {row["action"] for row in rows}
    assert "audit_report.request" in {row["action"] for row in rows}
    assert [row["at"] for row in rows] == sorted((row["at"] for row in rows), reverse=True)
    assert all(row["consent_id"] for row in rows if row["action"] == "chart.read")


async def test_another_agency_finds_no_report(send, gather, agency):
    asked = (await send("POST", "/v1/audit-reports", span(uuid7()))).json()
    await gather()
    path = f"/v1/audit-reports/{asked['id']}"
    for found in (path, f"{path}/entries"):
        assert (await send("GET", found, agency_id=uuid4())).status_code == 404


async def test_while_a_service_is_away_the_report_stays_pending(send, gather, superuser):
    asked = (await send("POST", "/v1/audit-reports", span(uuid7()))).json()
    await gather("http://127.0.0.1:1")
    assert (await send("GET", f"/v1/audit-reports/{asked['id']}")).json()["status"] == "pending"
    await superuser.execute("UPDATE outbound SET next_at = clock_timestamp() WHERE subject = $1", asked["id"])
    await gather()
    assert (await send("GET", f"/v1/audit-reports/{asked['id']}")).json()["status"] == "ready"


async def test_to_ask_is_to_look(send, gather, superuser):
    client = uuid7()
    await send("POST", "/v1/audit-reports", span(client))
    await gather()
    rows = await superuser.fetch("SELECT action FROM audit WHERE client_id = $1 ORDER BY id", client)
    assert [row["action"] for row in rows][:2] == ["audit_report.request", "audit.read"]


@pytest.fixture
def own(http, bearer, app):
    """A call by an account of these clients' own, where the decision permits."""

    async def decide(by, questions):
        answer = {"is_permitted": True, "rule_id": "phi-1", "consent_id": None, "obligations": []}
        return {"items": [answer] * len(questions), "valid_for_ms": 1000}

    app.state.exits.ask = decide
    account = uuid4()

    async def call(method, path, body=None, *, clients=(), sub=account):
        headers = bearer(
            "own-records:read", roles=("client_portal",), sub=sub, reach="own", clients=[*map(str, clients)]
        )
        return await http.request(method, f"/v1/me/audit-reports{path}", json=body, headers=headers)

    return call


async def test_a_client_learns_who_looked_by_name_and_role(own, gather, database, superuser, agency):
    client, app_id = uuid7(), uuid7()
    by = Principal.system("gateway", agency_id=agency)
    async with database.transaction(by) as tx:
        await tx.add(PartnerApp(id=app_id, name="Sample partner", token_endpoint_auth_method="client_secret_basic",
                                secret_hash=b"x" * 32, scopes=[], clinic_ids=[], purposes=["TREAT"]))  # fmt: skip
    partner = Principal(app_id, agency, frozenset({"partner_app"}), client_id="app")
    async with database.transaction(partner, request_id="look") as tx:
        tx.audit("plan.read", subject=client, by=partner, code="phi-11", consent_id=uuid7())
    await look(database, agency, client, 2, "chart.rebuilt")
    asked = await own("POST", "", span(client), clients=[client])
    assert asked.status_code == 202, asked.text
    await gather()
    path = f"/{asked.json()['id']}"
    assert (await own("GET", path, clients=[client])).json()["status"] == "ready"
    rows = (await own("GET", f"{path}/entries", clients=[client])).json()["items"]
    shown = [(row["who"], row["roles"], row["code"]) for row in rows if row["action"] == "plan.read"]
    assert shown == [("Sample partner", ["partner_app"], "phi-11")]
    assert not {"chart.rebuilt", "audit.read"} & {row["action"] for row in rows}
    assert not {"request_id", "actor_id", "actor_client"} & set(rows[0])


async def test_who_looked_is_told_to_nobody_else(own, send, gather):
    client, other = uuid7(), uuid7()
    assert (await own("POST", "", span(other), clients=[client])).status_code == 404
    asked = (await own("POST", "", span(client), clients=[client])).json()
    of_staff = (await send("POST", "/v1/audit-reports", span(client))).json()
    await gather()
    for end in ("", "/entries"):
        assert (await own("GET", f"/{asked['id']}{end}", clients=[client])).status_code == 200
        assert (await own("GET", f"/{asked['id']}{end}", clients=[other])).status_code == 404
        assert (await own("GET", f"/{asked['id']}{end}", clients=[client], sub=uuid4())).status_code == 404
        assert (await own("GET", f"/{of_staff['id']}{end}", clients=[client])).status_code == 404
