"""The last door: what a caller from outside reads is decided upon after the reading, and leaves only while permitted."""

import asyncio
import time
from types import SimpleNamespace
from uuid import uuid4

import pytest
from shared import edge, exits
from shared.auth import Principal
from shared.db import uuid7
from shared.errors import Unavailable
from shared.record import Audit


class Keeper:
    """Decides for the bakery: who may be told about whose bread, as long as it is on the list."""

    def __init__(self):
        self.allowed, self.asked, self.delay, self.valid_for_ms, self.away = set(), [], 0.0, 1000, False
        self.obligations, self.consent = ["record_disclosure"], uuid7()

    async def __call__(self, by, questions):
        if self.away:
            raise Unavailable
        self.asked.append(list(questions))
        items = [self.answer(question) for question in questions]
        await asyncio.sleep(self.delay)
        return {"items": items, "valid_for_ms": self.valid_for_ms}

    def answer(self, question):
        permitted = question["client_id"] in self.allowed
        return {
            "is_permitted": permitted,
            "rule_id": "bread-1" if permitted else "bread-2",
            "consent_id": str(self.consent) if permitted else None,
            "obligations": self.obligations if permitted else [],
            "security_labels": ["bread|R"],
            "notice": "Do not pass it on." if permitted else None,
        }


@pytest.fixture
def keeper(app):
    app.state.exits.ask = found = Keeper()
    return found


@pytest.fixture
def partner(bearer):
    return bearer("loaves:read", roles=("partner_app",), reach="disclosed", purpose="TREAT", purposes=["TREAT"])


@pytest.fixture
async def loaf(http, bearer):
    async def bake(client=None):
        body = {"kind": "rye", "clinic_id": str(uuid4()), "client_id": client or str(uuid4())}
        headers = {**bearer("loaves:write"), "Idempotency-Key": str(uuid4())}
        made = (await http.post("/v1/loaves", json=body, headers=headers)).json()
        return made["id"], body["client_id"]

    return bake


async def rows(superuser, agency, outcome):
    return await superuser.fetch(
        "SELECT client_id, code, consent_id, purpose FROM audit WHERE agency_id = $1 AND outcome = $2 ORDER BY id",
        agency,
        outcome,
    )


async def test_what_is_permitted_leaves_with_rule_consent_notice_and_its_place_in_the_accounting(
    http, keeper, partner, loaf, superuser, agency
):
    found, client = await loaf()
    keeper.allowed = {client}
    answer = await http.get(f"/v1/loaves/{found}", headers=partner)
    assert answer.status_code == 200, answer.text
    assert answer.json()["security_labels"] == ["bread|R"]
    assert answer.json()["disclosure"] == {"notices": ["Do not pass it on."], "consents": []}
    assert 0 < int(answer.headers["disclosure-within"]) < 30_000
    row = (await rows(superuser, agency, "success"))[-1]
    assert (str(row["client_id"]), row["code"], row["consent_id"], row["purpose"]) == (
        client,
        "bread-1",
        keeper.consent,
        "TREAT",
    )
    told = await superuser.fetchrow("SELECT * FROM outbox WHERE agency_id = $1 AND type LIKE 'disclosure%'", agency)
    assert told["topic"] == "bakery" and client in told["data"]


async def test_an_app_is_told_as_the_organization_for_which_it_acts(http, keeper, bearer, loaf, superuser, agency):
    found, client = await loaf()
    keeper.allowed, organization = {client}, str(uuid4())
    outside = {"roles": ("partner_app",), "reach": "disclosed", "purpose": "TREAT", "purposes": ["TREAT"]}
    acts = bearer("loaves:read", **outside, recipient="treating_provider", organization=organization)
    assert (await http.get(f"/v1/loaves/{found}", headers=acts)).status_code == 200
    asked = keeper.asked[-1][0]
    assert (asked["recipient_kind"], asked["recipient_id"]) == ("treating_provider", organization)
    told = await superuser.fetchval("SELECT data FROM outbox WHERE agency_id = $1 AND type LIKE 'disclosure%'", agency)
    assert organization in told


async def test_what_is_denied_is_403_without_data_and_audited(http, keeper, partner, loaf, superuser, agency):
    found, client = await loaf()
    answer = await http.get(f"/v1/loaves/{found}", headers=partner)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/disclosure-denied")
    assert "rye" not in answer.text and client not in answer.text and "bread-2" not in answer.text
    assert [(str(r["client_id"]), r["code"]) for r in await rows(superuser, agency, "refused")] == [(client, "bread-2")]


async def test_an_unknown_record_is_refused_in_the_same_words(http, keeper, partner, loaf):
    found, _ = await loaf()
    there, nowhere = [(await http.get(f"/v1/loaves/{i}", headers=partner)).json() for i in (found, uuid4())]
    assert there | {"instance": ""} == nowhere | {"instance": ""}


async def test_a_list_names_its_client_and_tells_of_nobody_else(http, keeper, partner, loaf):
    _, mine = await loaf()
    _, other = await loaf()
    keeper.allowed = {mine}
    assert (await http.get("/v1/loaves", headers=partner)).status_code == 400
    shown = await http.get("/v1/loaves", params={"client_id": mine}, headers=partner)
    assert [(item["kind"], item["security_labels"]) for item in shown.json()["items"]] == [("rye", ["bread|R"])]
    assert "security_labels" not in shown.json()
    refused = [await http.get("/v1/loaves", params={"client_id": c}, headers=partner) for c in (other, str(uuid4()))]
    assert [answer.status_code for answer in refused] == [403, 403]
    assert refused[0].json() | {"instance": ""} == refused[1].json() | {"instance": ""}


async def test_nobody_to_ask_is_503_outwards_and_nothing_inside(http, bearer, keeper, partner, loaf):
    found, client = await loaf()
    keeper.allowed, keeper.away = {client}, True
    assert (await http.get(f"/v1/loaves/{found}", headers=partner)).status_code == 503
    assert (await http.get(f"/v1/loaves/{found}", headers=bearer("loaves:read"))).status_code == 200


async def test_a_slow_answer_lapses_before_it_is_used(http, keeper, partner, loaf):
    found, client = await loaf()
    keeper.allowed, keeper.delay, keeper.valid_for_ms = {client}, 0.1, 50
    answer = await http.get(f"/v1/loaves/{found}", headers=partner)
    assert answer.status_code == 503 and "rye" not in answer.text
    assert len(keeper.asked) == exits.TRIES


async def test_a_lapsed_answer_is_asked_for_again(http, keeper, partner, loaf, app, monkeypatch):
    found, client = await loaf()
    keeper.allowed, keeper.valid_for_ms = {client}, 80
    record, slow = exits.Exits.record, [0.1]

    async def record_slowly(self, reading, verdict):
        await record(self, reading, verdict)
        await asyncio.sleep(slow.pop() if slow else 0)

    monkeypatch.setattr(exits.Exits, "record", record_slowly)
    answer = await http.get(f"/v1/loaves/{found}", headers=partner)
    assert answer.status_code == 200 and len(keeper.asked) == 2


async def test_what_lapses_on_its_way_to_the_socket_becomes_a_503():
    sent = []

    async def send(message):
        sent.append(message)

    given = exits.Permit(({"is_permitted": True},), time.monotonic() - 0.001)
    late = exits.Permitted(b'{"kind": "rye"}', 200, {}, given, "r")
    await late({"type": "http"}, None, send)
    assert sent[0]["status"] == 503 and b"rye" not in sent[1]["body"]


async def test_an_account_of_the_person_asks_as_client_and_a_purpose_not_granted_is_refused(
    http, bearer, keeper, partner, loaf
):
    found, client = await loaf()
    keeper.allowed = {client}
    own = bearer("loaves:read", roles=("client_portal",), reach="own", clients=[client])
    assert (await http.get(f"/v1/loaves/{found}", headers=own)).status_code == 200
    asked = keeper.asked[-1][0]
    assert (asked["recipient_kind"], asked["purpose"]) == ("client", "PATRQT")
    refused = await http.get(f"/v1/loaves/{found}", headers={**partner, "X-Purpose-Of-Use": "HPAYMT"})
    assert refused.status_code == 403 and len(keeper.asked) == 1


async def test_to_an_account_of_the_person_what_is_denied_is_as_if_it_were_not_there(http, bearer, keeper, loaf):
    found, client = await loaf()
    own = bearer("loaves:read", roles=("client_portal",), reach="own", clients=[client])
    there, nowhere = [await http.get(f"/v1/loaves/{one}", headers=own) for one in (found, uuid4())]
    assert there.status_code == 404 and there.json() | {"instance": ""} == nowhere.json() | {"instance": ""}
    listed = await http.get("/v1/loaves", params={"client_id": client}, headers=own)
    keeper.allowed = {client}
    assert (await http.get(f"/v1/loaves/{found}", headers=own)).status_code == 200
    assert listed.json() == {"items": [], "next_cursor": None}


async def test_an_account_of_the_person_names_nobody_else(http, bearer, keeper, loaf):
    _, client = await loaf()
    _, other = await loaf()
    keeper.allowed = {client, other}
    own = bearer("loaves:read", roles=("client_portal",), reach="own", clients=[client])
    found = {
        c: (await http.get("/v1/loaves", params={"client_id": c}, headers=own)).status_code for c in (client, other)
    }
    assert found == {client: 200, other: 404}


async def test_a_route_that_is_no_exit_reaches_nobody_and_answers_nothing_of_a_client(app, agency):
    by = Principal(uuid4(), agency, reach="disclosed")
    assert edge.within_reach(by, None).reach == "none"
    assert edge.within_reach(by, exits.exit_of("bread")).reach == "disclosed"


async def test_more_than_a_batch_is_asked_in_turns_and_must_be_answered_whole():
    asked = []

    async def ask(by, questions):
        asked.append(len(questions))
        return {"items": [{"is_permitted": True}] * len(questions), "valid_for_ms": 500}

    questions = [{"client_id": str(n), "is_whole": False} for n in range(exits.BATCH + 1)]
    given = await exits.permit(ask, None, questions)
    assert asked == [exits.BATCH, 1] and given.is_given and given.left <= 0.5

    async def half(by, questions):
        return {"items": [{"is_permitted": True}], "valid_for_ms": 500}

    with pytest.raises(Unavailable):
        await exits.permit(half, None, questions)


async def test_who_asks_the_same_shares_a_permit_and_never_a_denial(http, keeper, partner, loaf):
    found, client = await loaf()
    for expected in (403, 403):
        assert (await http.get(f"/v1/loaves/{found}", headers=partner)).status_code == expected
    assert len(keeper.asked) == 2
    keeper.allowed = {client}
    both = await asyncio.gather(*(http.get(f"/v1/loaves/{found}", headers=partner) for _ in range(5)))
    assert {answer.status_code for answer in both} == {200} and len(keeper.asked) == 3
    keeper.allowed = set()
    await asyncio.sleep(1 - exits.LEFT_AT_LEAST)
    assert (await http.get(f"/v1/loaves/{found}", headers=partner)).status_code == 403


async def test_a_shared_permit_counts_from_its_own_asking(app, keeper):
    keeper.allowed, keeper.delay = {"c"}, 0.2
    by = Principal(uuid4(), uuid4(), reach="disclosed")
    asked = [{"client_id": "c", "is_whole": False}]
    since = time.monotonic()
    first = asyncio.create_task(app.state.exits.permitted(by, asked))
    await asyncio.sleep(0.1)
    second = await app.state.exits.permitted(by, asked)
    assert (await first).until == second.until <= since + 1.05 and len(keeper.asked) == 1


def test_a_route_that_notes_a_client_without_being_an_exit_answers_nobody():
    tx = SimpleNamespace(audits=[Audit("loaf.read", uuid4())])
    with pytest.raises(TypeError, match="register it"):
        edge.refuse_unregistered(SimpleNamespace(route="GET /v1/crumbs", scope="loaves:read"), tx)
    edge.refuse_unregistered(SimpleNamespace(route="POST /internal/crumbs", scope="internal"), tx)
    tx.audits = [Audit("oven.read")]
    edge.refuse_unregistered(SimpleNamespace(route="GET /v1/ovens", scope="loaves:read"), tx)


@pytest.mark.parametrize(
    ("own", "added", "told"),
    [
        ([], [], []),
        (["bread|R", "rye"], [], ["bread|R", "rye"]),
        ([], ["bread|R", "rye"], ["bread|R", "rye"]),
        (["bread|R", "own"], ["bread|R", "rye"], ["bread|R", "own", "rye"]),
        (["bread|N", "own"], ["bread|R", "rye", "own"], ["bread|R", "own", "rye"]),
        (["bread|V", "own"], ["bread|N"], ["bread|V", "own"]),
    ],
)
def test_the_labels_of_a_row_stay_beside_those_by_which_it_is_disclosed(own, added, told):
    by = SimpleNamespace(roles=("partner_app",), recipient="treating_provider", recipient_id=uuid7(), purpose="TREAT")
    row = SimpleNamespace(client_id=uuid7())
    reading = SimpleNamespace(by=by, exit=exits.exit_of("bread"), subjects=[row.client_id])
    answer = {"is_permitted": True, "security_labels": added}
    permit = exits.Permit((answer,), time.monotonic() + 1)
    verdict = exits.Verdict(reading, exits.row_questions(reading, row), permit)
    shown = verdict.labelled(row, {"security_labels": own} if own else {})
    assert shown == ({"security_labels": told} if told else {})
