"""Breaking the glass: what an open grant lets somebody read, and that nothing else comes of it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from shared.contracts.gateway import BreakGlassClosed, BreakGlassOpened
from shared.db import uuid7

SCOPES = ("loaves:read", "loaves:write", "break-glass-grants:write")
BTG = {"X-Purpose-Of-Use": "BTG"}


@pytest.fixture
def baker():
    return uuid7()


@pytest.fixture
def breaking(bearer, baker):
    """The headers of a baker who breaks the glass."""
    return {**bearer(*SCOPES, sub=baker, reach="caseload"), **BTG}


@pytest.fixture
async def bake(http, bearer):
    async def one(client=None, kind="rye"):
        body = {"kind": kind, "clinic_id": str(uuid4()), "client_id": str(client or uuid4())}
        headers = {**bearer("loaves:write"), "Idempotency-Key": str(uuid4())}
        made = (await http.post("/v1/loaves", json=body, headers=headers)).json()
        return made["id"], body["client_id"]

    return one


@pytest.fixture
def open_glass(receive, baker, clock):
    async def one(client, **more):
        now = clock.now()
        facts = {"grant_id": uuid7(), "client_id": client, "staff_id": baker, "opened_at": now,
                 "until": now + timedelta(hours=4), "opens": {"bread": "phi-2"}, "opens_part2": {}, "episode_ids": (),
                 "has_part2": False, **more}  # fmt: skip
        await receive(BreakGlassOpened(**facts))
        return facts["grant_id"]

    return one


async def audited(superuser, agency, client):
    return await superuser.fetch(
        "SELECT outcome, code, purpose, grant_id FROM audit WHERE agency_id = $1 AND client_id = $2 AND purpose = 'BTG'",
        agency,
        client,
    )


async def test_an_open_grant_shows_the_record_and_each_look_stands_under_it(
    http, breaking, bake, open_glass, superuser, agency
):
    loaf, client = await bake()
    grant = await open_glass(client)
    read = await http.get(f"/v1/loaves/{loaf}", headers=breaking)
    assert (read.status_code, read.json()["kind"]) == (200, "rye"), read.text
    shelf = await http.get("/v1/loaves", headers=breaking)
    assert [one["id"] for one in shelf.json()["items"]] == [loaf]
    found = await audited(superuser, agency, client)
    assert [tuple(row) for row in found] == [("success", "phi-2", "BTG", grant)] * 2


async def test_it_opens_nothing_for_who_does_not_say_that_he_breaks_it(http, breaking, bake, open_glass):
    loaf, client = await bake()
    await open_glass(client)
    plain = {name: value for name, value in breaking.items() if name != "X-Purpose-Of-Use"}
    assert (await http.get(f"/v1/loaves/{loaf}", headers=plain)).status_code == 404


async def test_without_a_grant_nothing_is_shown_and_the_attempt_stands_in_the_audit(
    http, breaking, bake, open_glass, superuser, agency
):
    loaf, _ = await bake()
    _, other = await bake()
    await open_glass(other)
    answers = [await http.get(f"/v1/loaves/{one}", headers=breaking) for one in (loaf, uuid4())]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].json() | {"instance": ""} == answers[1].json() | {"instance": ""}
    refused = "SELECT count(*) FROM audit WHERE agency_id = $1 AND outcome = 'refused' AND purpose = 'BTG'"
    assert await superuser.fetchval(refused, agency) == 2


@pytest.mark.parametrize("path", ["/v1/loaves/{loaf}", "/v1/loaves"])
async def test_a_grant_whose_time_is_over_opens_nothing(http, breaking, bake, open_glass, clock, path):
    loaf, client = await bake()
    await open_glass(client, opened_at=clock.now() - timedelta(hours=4), until=clock.now() - timedelta(seconds=1))
    answer = await http.get(path.format(loaf=loaf), headers=breaking)
    assert answer.status_code == 404 or answer.json()["items"] == []


async def test_a_grant_ended_by_hand_opens_nothing(http, breaking, bake, open_glass, receive, baker, clock):
    loaf, client = await bake()
    grant = await open_glass(client)
    ended = {"client_id": client, "staff_id": baker, "ended_at": clock.now(), "reason": "by_hand"}
    await receive(BreakGlassClosed(grant_id=grant, **ended), sequence=2)
    assert (await http.get(f"/v1/loaves/{loaf}", headers=breaking)).status_code == 404


async def test_nobody_reads_with_the_grant_of_somebody_else(http, bearer, bake, open_glass):
    loaf, client = await bake()
    await open_glass(client)
    other = {**bearer(*SCOPES, sub=uuid7(), reach="caseload"), **BTG}
    assert (await http.get(f"/v1/loaves/{loaf}", headers=other)).status_code == 404


async def test_a_grant_of_another_agency_opens_nothing(http, bearer, bake, open_glass, baker):
    loaf, client = await bake()
    await open_glass(client)
    elsewhere = {**bearer(*SCOPES, sub=baker, reach="caseload", agency_id=uuid7()), **BTG}
    assert (await http.get(f"/v1/loaves/{loaf}", headers=elsewhere)).status_code == 404


@pytest.mark.parametrize("method", ["PATCH", "POST"])
async def test_it_reads_and_changes_nothing(http, breaking, bake, open_glass, superuser, method):
    loaf, client = await bake()
    await open_glass(client)
    path = "/v1/loaves" if method == "POST" else f"/v1/loaves/{loaf}"
    body = {"kind": "burnt", "clinic_id": str(uuid4()), "client_id": client}
    headers = {**breaking, "If-Match": "*", "Idempotency-Key": str(uuid4())}
    answer = await http.request(method, path, json=body, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/break-glass-reads-only")
    assert await superuser.fetchval("SELECT count(*) FROM loaf WHERE kind = 'burnt' AND client_id = $1", client) == 0


async def test_it_is_no_key_to_what_is_no_record(http, bearer, baker):
    headers = {**bearer("internal", *SCOPES, sub=baker, reach="caseload"), **BTG}
    answer = await http.get("/internal/progress", headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/break-glass-reads-only")


@pytest.mark.parametrize("path", ["/v1/loaves/{loaf}", "/v1/loaves"])
async def test_what_the_grant_does_not_open_is_withheld_and_the_attempt_stands_under_it(
    http, breaking, bake, open_glass, superuser, agency, path
):
    loaf, client = await bake()
    grant = await open_glass(client, opens={"cake": "phi-2"})
    answer = await http.get(path.format(loaf=loaf), headers=breaking)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/disclosure-denied")
    assert "rye" not in answer.text
    found = await audited(superuser, agency, client)
    assert [tuple(row) for row in found] == [("refused", "break-glass-closed", "BTG", grant)]


async def test_what_stands_apart_needs_the_grant_to_say_so_and_is_told_for_the_accounting(
    http, breaking, bake, open_glass, superuser, agency
):
    (loaf, client), (other, second) = await bake(), await bake()
    await open_glass(client, has_part2=True)
    assert (await http.get(f"/v1/loaves/{loaf}", headers=breaking)).status_code == 403
    await open_glass(second, has_part2=True, opens_part2={"bread": "p2-2"})
    assert (await http.get(f"/v1/loaves/{other}", headers=breaking)).status_code == 200
    told = await superuser.fetch("SELECT data FROM outbox WHERE agency_id = $1 AND type LIKE 'disclosure%'", agency)
    assert len(told) == 1 and second in told[0]["data"] and "p2-2" in told[0]["data"]


async def test_a_list_shows_the_rows_that_the_grant_opens(http, breaking, bake, open_glass):
    (loaf, client), (_, second) = await bake(), await bake()
    await open_glass(client)
    await open_glass(second, opens={})
    shelf = await http.get("/v1/loaves", headers=breaking)
    assert [one["id"] for one in shelf.json()["items"]] == [loaf]


@pytest.mark.parametrize(
    ("scopes", "more"),
    [(("loaves:read",), {"reach": "caseload"}), (SCOPES, {"reach": "agency"}), (SCOPES, {"reach": "none"}),
     (SCOPES, {"reach": "disclosed", "purposes": ["TREAT"]})],
)  # fmt: skip
async def test_who_may_not_break_the_glass_does_not_by_saying_so(http, bearer, bake, open_glass, baker, scopes, more):
    loaf, client = await bake()
    await open_glass(client)
    answer = await http.get(f"/v1/loaves/{loaf}", headers={**bearer(*scopes, sub=baker, **more), **BTG})
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/purpose-not-granted")
