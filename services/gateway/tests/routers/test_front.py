"""Rates and origins, before any route."""

import asyncio
from uuid import uuid4

import pytest
from gateway.front import Front
from gateway.rules.origins import Origins
from gateway.rules.rates import DEFAULTS, counted
from shared.db import uuid7
from shared.rates import Rates

PAGE = "https://pages.partner.test"
ASKS = {"Origin": PAGE, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}


@pytest.fixture
def front(app):
    """A front of this test's own, with small quotas."""
    kept = app.state.front
    app.state.front = Front(
        Rates.of(DEFAULTS, {"person": "3/60", "app": "2/60", "clinic": "4/60", "agency": "100/60"}, {})
    )
    yield app.state.front
    app.state.front = kept


async def statuses(http, count, headers):
    return [(await http.get("/v1/admin/clinics", headers=headers)).status_code for _ in range(count)]


async def test_who_asks_too_often_is_told_when_to_come_again(http, front, bearer):
    headers = bearer("clinics:read", sub=uuid7())
    assert await statuses(http, 4, headers) == [200, 200, 200, 429]
    answer = await http.get("/v1/admin/clinics", headers=headers)
    assert answer.json()["type"] == "/problems/too-many" and "person" in answer.json()["detail"]
    assert 1 <= int(answer.headers["retry-after"]) <= 20
    assert answer.headers["ratelimit-policy"] == '"person";q=3;w=60, "agency";q=100;w=60'
    assert answer.headers["ratelimit"].startswith('"person";r=0;t=')
    assert await statuses(http, 1, bearer("clinics:read", sub=uuid7())) == [200]


async def test_a_partner_app_has_its_own_quota_and_a_clinic_too(http, front, bearer, agency):
    app_id = f"app:{agency}.{uuid7()}"
    as_app = bearer("clinics:read", sub=uuid7(), client_id=app_id, roles=("partner_app",))
    assert await statuses(http, 3, as_app) == [200, 200, 429]
    clinic = (str(uuid4()),)
    people = [bearer("clinics:read", sub=uuid7(), clinics=clinic) for _ in range(5)]
    assert [(await statuses(http, 1, one))[0] for one in people] == [200] * 4 + [429]
    assert await statuses(http, 1, bearer("clinics:read", sub=uuid7(), clinics=(str(uuid4()),))) == [200]


async def test_what_is_forwarded_is_counted_as_well_and_a_bad_token_is_not(http, front, bearer):
    headers = bearer("clients:read", sub=uuid7())
    answers = [await http.get("/v1/clients", headers=headers) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [503, 503, 503, 429]
    for _ in range(10):
        assert (await http.get("/v1/admin/clinics", headers={"Authorization": "Bearer x"})).status_code == 401


def test_an_agency_can_have_quotas_of_its_own():
    agency = str(uuid7())
    found = Rates.of(DEFAULTS, {"person": "5/60"}, {agency: {"app": "7/60"}})
    assert (found.quota("app", agency).limit, found.quota("app", "another").limit) == (7, 3000)
    assert found.quota("person", agency).limit == 5
    with pytest.raises(ValueError, match="No such quota"):
        Rates.of(DEFAULTS, {"everybody": "1/1"}, {})


def test_a_request_counts_for_who_asks_for_the_one_clinic_and_for_the_agency():
    who, agency, clinic = uuid7(), uuid7(), str(uuid7())
    assert [name for name, _ in counted(who, agency, ["partner_app"], ["*"])] == ["app", "agency"]
    assert [name for name, _ in counted(who, agency, ["therapist"], [clinic])] == ["person", "clinic", "agency"]
    assert [name for name, _ in counted(who, agency, ["therapist"], [clinic, clinic])] == ["person", "agency"]
    assert [name for name, _ in counted(who, None, ["operator"], [])] == ["person"]


async def test_replicas_that_live_share_and_one_that_ended_is_forgotten(app, database, superuser):
    await superuser.execute("DELETE FROM replica")
    first, second = (Front(Rates.of(DEFAULTS, {}, {})) for _ in range(2))
    await first.look(database)
    assert first.buckets.share == 1
    await second.look(database)
    await first.look(database)
    assert first.buckets.share == second.buckets.share == 1 / 2
    await superuser.execute(
        "UPDATE replica SET seen_at = seen_at - interval '20 seconds' WHERE id = $1", second.replica
    )
    await first.look(database)
    assert first.buckets.share == 1


async def registered(http, app, bearer, **more):
    body = {"name": "Page", "scopes": ["clinics:read"], "origins": [PAGE], **more}
    made = await http.post("/v1/admin/partner-apps", json=body, headers=bearer("partner-apps:write"))
    await app.state.front.look(app.state.database)
    return made


async def test_a_page_of_a_registered_origin_may_ask_and_read(http, app, bearer, agency):
    made = (await registered(http, app, bearer)).json()
    invited = await http.options("/v1/admin/clinics", headers=ASKS)
    assert invited.status_code == 204 and invited.headers["access-control-allow-origin"] == PAGE
    assert "If-Match" in invited.headers["access-control-allow-headers"] and "Origin" in invited.headers["vary"]
    as_app = bearer("clinics:read", client_id=made["client_id"], sub=made["id"], roles=("partner_app",))
    answer = await http.get("/v1/admin/clinics", headers={**as_app, "Origin": PAGE})
    assert (
        answer.headers["access-control-allow-origin"] == PAGE
        and "ETag" in answer.headers["access-control-expose-headers"]
    )
    for found in (invited, answer):
        assert "access-control-allow-credentials" not in found.headers
    assert app.state.front.origins.of_app[made["client_id"]] == {PAGE}


async def test_a_page_of_another_origin_or_another_app_may_not(http, app, bearer):
    made = (await registered(http, app, bearer)).json()
    refused = await http.options("/v1/admin/clinics", headers={**ASKS, "Origin": "https://evil.test"})
    assert refused.status_code == 403 and refused.json()["type"] == "/problems/origin-unknown"
    other = await http.get("/v1/admin/clinics", headers={**bearer("clinics:read"), "Origin": PAGE})
    stranger = await http.get("/v1/admin/clinics", headers={"Origin": "https://evil.test"})
    for found in (refused, other, stranger):
        assert "access-control-allow-origin" not in found.headers and found.headers["vary"] == "Origin"
    await http.post(f"/v1/admin/partner-apps/{made['id']}/revocation", headers=bearer("partner-apps:write"))
    await app.state.front.look(app.state.database)
    assert made["client_id"] not in app.state.front.origins.of_app


@pytest.mark.parametrize(
    "origin", ["*", "null", "http://pages.test", "https://a.test/", "https://*.test", "https://A.test"]
)
async def test_an_origin_is_a_whole_origin_over_tls(http, app, bearer, origin):
    assert (await registered(http, app, bearer, origins=[origin])).status_code == 422


def test_only_who_is_known_is_matched_to_his_app():
    found = Origins({"app:1": frozenset({PAGE})})
    assert found.allows(PAGE, None) and found.allows(PAGE, "app:1")
    assert not found.allows(PAGE, "sandbox") and not found.allows("https://evil.test", None)


async def test_twenty_at_once_do_not_take_more_than_the_quota(http, front, bearer):
    headers = bearer("clinics:read", sub=uuid7())
    answers = await asyncio.gather(*(http.get("/v1/admin/clinics", headers=headers) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [429] * 17
