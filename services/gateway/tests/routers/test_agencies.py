import pytest
from shared.db import uuid7

ROUTES = [
    ("POST", "/v1/admin/agencies"),
    ("GET", "/v1/admin/agencies"),
    ("POST", "/v1/admin/clinics"),
    ("GET", "/v1/admin/clinics"),
    ("POST", "/v1/admin/users"),
    ("GET", "/v1/admin/users"),
    ("GET", "/v1/roles"),
    ("POST", "/v1/admin/partner-apps"),
    ("GET", "/v1/admin/partner-apps"),
    ("GET", f"/v1/admin/users/{uuid7()}"),
    ("POST", f"/v1/admin/users/{uuid7()}/deactivation"),
    ("PATCH", f"/v1/admin/clinics/{uuid7()}"),
]


def body(slug):
    return {
        "name": "Sample Agency",
        "slug": slug,
        "timezone": "America/Denver",
        "holiday_subdivision": "CO",
        "administrator": "admin-01",
    }


@pytest.mark.parametrize(("method", "path"), ROUTES)
async def test_every_route_wants_a_token_and_its_scope(http, bearer, method, path):
    assert (await http.request(method, path)).status_code == 401
    answer = await http.request(method, path, headers=bearer("nothing:read"))
    assert answer.status_code == 403 and answer.headers["content-type"] == "application/problem+json"


async def test_a_slug_is_taken_once_and_a_key_gives_the_same_answer(http, operator):
    slug, key = f"a{uuid7().hex[-20:]}", {"Idempotency-Key": uuid7().hex}
    first = await http.post("/v1/admin/agencies", json=body(slug), headers=operator | key)
    again = await http.post("/v1/admin/agencies", json=body(slug), headers=operator | key)
    assert first.status_code == 201 and again.json() == first.json() and again.headers["idempotent-replayed"] == "true"
    taken = await http.post("/v1/admin/agencies", json=body(slug), headers=operator)
    assert taken.status_code == 409 and taken.json()["type"] == "/problems/slug-taken"


@pytest.mark.parametrize(
    "change",
    [{"timezone": "Mars/Base"}, {"slug": "No Spaces"}, {"holiday_country": "QQ"}, {"extra": 1}, {"administrator": ""}],
)
async def test_what_cannot_be_is_422(http, operator, change):
    answer = await http.post("/v1/admin/agencies", json=body(f"a{uuid7().hex[-20:]}") | change, headers=operator)
    assert answer.status_code == 422 and answer.json()["errors"][0]["pointer"]


async def test_an_agency_sees_itself_alone_and_the_operator_all(http, operator, bearer):
    made = [
        (await http.post("/v1/admin/agencies", json=body(f"a{uuid7().hex[-20:]}"), headers=operator)).json()
        for _ in "ab"
    ]
    seen = (await http.get("/v1/admin/agencies?limit=200", headers=operator)).json()["items"]
    assert {m["id"] for m in made} <= {a["id"] for a in seen}
    own = bearer("agencies:read", agency_id=made[0]["id"])
    assert [a["id"] for a in (await http.get("/v1/admin/agencies", headers=own)).json()["items"]] == [made[0]["id"]]
    assert (await http.get(f"/v1/admin/agencies/{made[1]['id']}", headers=own)).status_code == 404


async def test_the_operator_sees_no_users_of_any_agency(http, operator, bearer):
    await http.post("/v1/admin/agencies", json=body(f"a{uuid7().hex[-20:]}"), headers=operator)
    assert (await http.get("/v1/admin/users", headers=operator)).status_code == 403
    assert (await http.get("/v1/admin/users", headers=bearer("users:read", agency_id=None))).json()["items"] == []


async def test_clinics_and_users_of_another_agency_do_not_exist(http, operator, bearer):
    one, two = [
        (await http.post("/v1/admin/agencies", json=body(f"a{uuid7().hex[-20:]}"), headers=operator)).json()["id"]
        for _ in "ab"
    ]
    admin = {a: bearer("clinics:read", "clinics:write", "users:read", "users:write", agency_id=a) for a in (one, two)}
    clinic = (await http.post("/v1/admin/clinics", json={"name": "North"}, headers=admin[one])).json()
    assert clinic["timezone"] == "America/Denver"
    assert (await http.get(f"/v1/admin/clinics/{clinic['id']}", headers=admin[two])).status_code == 404
    stolen = {"username": "t-01", "roles": ["therapist"], "clinic_ids": [clinic["id"]]}
    assert (await http.post("/v1/admin/users", json=stolen, headers=admin[two])).status_code == 422
    user = await http.post("/v1/admin/users", json=stolen, headers=admin[one])
    assert user.status_code == 201 and user.headers["etag"] == '"1"'
    assert (await http.post("/v1/admin/users", json=stolen, headers=admin[one])).status_code == 409
    path = f"/v1/admin/users/{user.json()['id']}"
    assert (await http.patch(path, json={"roles": ["associate"]}, headers=admin[one])).status_code == 428
    assert (
        await http.patch(path, json={"roles": ["associate"]}, headers=admin[one] | {"If-Match": '"9"'})
    ).status_code == 412
    changed = await http.patch(path, json={"roles": ["associate"]}, headers=admin[one] | {"If-Match": '"1"'})
    assert changed.status_code == 200 and changed.json()["roles"] == ["associate"] and changed.headers["etag"] == '"2"'


async def test_roles_can_be_read(http, bearer):
    found = {r["role"]: r for r in (await http.get("/v1/roles", headers=bearer("users:read"))).json()}
    assert found["therapist"]["reach"] == "caseload" and "notes:sign" in found["therapist"]["scopes"]
