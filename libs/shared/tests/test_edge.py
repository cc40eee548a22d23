"""The edge: scope, key, transaction, commit, and only then the answer."""

from uuid import uuid4

import pytest
from shared import db


def loaf(**more):
    return {"kind": "rye", "clinic_id": str(uuid4()), "client_id": str(uuid4()), **more}


async def test_a_write_answers_201_and_leaves_row_audit_and_event(http, bearer, superuser, agency):
    answer = await http.post("/v1/loaves", json=loaf(), headers={**bearer("loaves:write"), "Idempotency-Key": "a"})
    assert answer.status_code == 201, answer.text
    assert answer.headers["etag"] == '"1"'
    assert answer.headers["cache-control"] == "no-store"
    assert await superuser.fetchval("SELECT count(*) FROM loaf WHERE agency_id = $1", agency) == 1
    assert await superuser.fetchval("SELECT action FROM audit WHERE agency_id = $1", agency) == "loaf.bake"
    row = await superuser.fetchrow("SELECT * FROM outbox WHERE agency_id = $1", agency)
    assert (row["type"], row["topic"], row["sequence"]) == ("loaf.baked.v1", "bakery", 1)


async def test_the_same_key_gives_the_same_answer_once(http, bearer, superuser, agency):
    who, body = uuid4(), loaf()
    headers = {**bearer("loaves:write", sub=who), "Idempotency-Key": "b"}
    first, again = [await http.post("/v1/loaves", json=body, headers=headers) for _ in range(2)]
    assert (
        again.content == first.content and again.headers["idempotent-replayed"] == "true" and again.status_code == 201
    )
    assert await superuser.fetchval("SELECT count(*) FROM outbox WHERE agency_id = $1", agency) == 1
    other = await http.post("/v1/loaves", json=loaf(), headers=headers)
    assert other.status_code == 422 and other.json()["type"] == "/problems/idempotency-key-reused"
    kept = await superuser.fetchval("SELECT body FROM idempotency WHERE agency_id = $1", agency)
    assert b"rye" not in kept


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [({}, 401, "not-signed-in"), ({"Authorization": "Bearer a.b.c"}, 401, "not-signed-in")],
)
async def test_no_token_is_401(http, headers, status, code):
    answer = await http.post("/v1/loaves", json=loaf(), headers=headers)
    assert (
        answer.status_code == status
        and answer.json()["type"] == f"/problems/{code}"
        and "www-authenticate" in answer.headers
    )


async def test_a_missing_scope_is_403_named_and_audited(http, bearer, superuser, agency):
    answer = await http.get(f"/v1/loaves/{uuid4()}", headers=bearer("other:read"))
    assert answer.status_code == 403 and answer.json()["scope"] == "loaves:read"
    assert await superuser.fetchval("SELECT code FROM audit WHERE agency_id = $1", agency) == "scope-missing"


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        (loaf(colour="red"), 422, "/colour"),
        ({"kind": "rye"}, 422, "/clinic_id"),
        (loaf(client_id="x"), 422, "/client_id"),
    ],
)
async def test_bad_input_is_422_with_the_pointer_and_leaves_only_its_audit(
    http, bearer, superuser, agency, body, status, pointer
):
    answer = await http.post("/v1/loaves", json=body, headers={**bearer("loaves:write"), "Idempotency-Key": "c"})
    assert answer.status_code == status, answer.text
    assert pointer in [e["pointer"] for e in answer.json()["errors"]]
    for table in ("loaf", "outbox", "idempotency"):
        assert await superuser.fetchval(f"SELECT count(*) FROM {table} WHERE agency_id = $1", agency) == 0
    assert await superuser.fetchval("SELECT outcome FROM audit WHERE agency_id = $1", agency) == "refused"


async def test_a_refusal_is_409_and_leaves_only_its_audit(http, bearer, superuser, agency):
    answer = await http.post(
        "/v1/loaves", json=loaf(kind="cake"), headers={**bearer("loaves:write"), "Idempotency-Key": "d"}
    )
    assert answer.status_code == 409 and answer.json()["type"] == "/problems/sold-out"
    assert await superuser.fetchval("SELECT code FROM audit WHERE agency_id = $1", agency) == "sold-out"
    assert await superuser.fetchval("SELECT count(*) FROM loaf WHERE agency_id = $1", agency) == 0


async def test_what_collides_is_a_bare_409(http, bearer):
    body, headers = loaf(), bearer("loaves:write")
    assert (await http.post("/v1/loaves", json=body, headers={**headers, "Idempotency-Key": "e"})).status_code == 201
    answer = await http.post("/v1/loaves", json=body, headers={**headers, "Idempotency-Key": "f"})
    assert answer.status_code == 409 and answer.json()["type"] == "/problems/refused"


async def test_a_failed_commit_is_no_2xx(http, bearer, superuser, agency, monkeypatch):
    """COMMIT of an aborted transaction answers ROLLBACK and raises nothing (decision 19b)."""
    plain = db.Transaction.flush

    async def flush_and_break(tx):
        await plain(tx)
        try:
            await tx._driver.execute("SELECT 1 / 0")
        except Exception:
            return

    monkeypatch.setattr(db.Transaction, "flush", flush_and_break)
    answer = await http.post("/v1/loaves", json=loaf(), headers={**bearer("loaves:write"), "Idempotency-Key": "g"})
    assert answer.status_code == 503
    assert await superuser.fetchval("SELECT count(*) FROM loaf WHERE agency_id = $1", agency) == 0


async def test_versions(http, bearer):
    headers = bearer("loaves:write", "loaves:read")
    made = (await http.post("/v1/loaves", json=loaf(), headers={**headers, "Idempotency-Key": "h"})).json()
    url = f"/v1/loaves/{made['id']}"
    assert (await http.patch(url, json=loaf(), headers=headers)).status_code == 428
    assert (await http.patch(url, json=loaf(), headers={**headers, "If-Match": '"7"'})).status_code == 412
    changed = await http.patch(url, json=loaf(kind="oat"), headers={**headers, "If-Match": '"1"'})
    assert changed.status_code == 200 and changed.headers["etag"] == '"2"'
    assert (await http.get(url, headers={**headers, "If-None-Match": '"2"'})).status_code == 304


async def test_pages_are_stable_and_unknown_filters_refused(http, bearer):
    headers = bearer("loaves:write", "loaves:read")
    for n in range(5):
        await http.post("/v1/loaves", json=loaf(), headers={**headers, "Idempotency-Key": str(n)})
    first = await http.get("/v1/loaves?limit=2", headers=headers)
    second = await http.get(f"/v1/loaves?limit=2&cursor={first.json()['next_cursor']}", headers=headers)
    assert 'rel="next"' in first.headers["link"]
    assert not {x["id"] for x in first.json()["items"]} & {x["id"] for x in second.json()["items"]}
    assert (await http.get("/v1/loaves?colour=red", headers=headers)).status_code == 400
    assert (await http.get("/v1/loaves?cursor=!!", headers=headers)).status_code == 400


async def test_a_write_without_the_key_that_it_needs_is_400(http, bearer):
    assert (await http.post("/v1/loaves", json=loaf(), headers=bearer("loaves:write"))).status_code == 400
    wrong = await http.post(
        "/v1/loaves",
        content="x",
        headers={**bearer("loaves:write"), "Content-Type": "text/plain", "Idempotency-Key": "i"},
    )
    assert wrong.status_code == 415
    broken = await http.post(
        "/v1/loaves",
        content="{",
        headers={**bearer("loaves:write"), "Content-Type": "application/json", "Idempotency-Key": "j"},
    )
    assert broken.status_code == 400, broken.text


async def test_unknown_address_and_method_are_problems(http, bearer):
    for method, path, status in (("GET", "/v1/nothing", 404), ("DELETE", "/v1/loaves", 405)):
        answer = await http.request(method, path, headers=bearer("loaves:read"))
        assert answer.status_code == status and answer.headers["content-type"] == "application/problem+json"
