"""What null does in a change (RFC 7396): it clears what may be absent, and is refused at its field elsewhere."""

import pytest


@pytest.fixture
def change(http, administrator):
    async def send(path, body):
        return await http.patch(path, json=body, headers=administrator | {"If-Match": "*"})

    return send


async def test_null_clears_what_may_be_absent(http, administrator, change):
    body = {"username": "desk-01", "roles": ["front_desk"], "email": "desk@agency.example"}
    user = (await http.post("/v1/admin/users", json=body, headers=administrator)).json()
    path = f"/v1/admin/users/{user['id']}"
    assert (await change(path, {"roles": ["front_desk"]})).json()["email"] == "desk@agency.example"
    changed = await change(path, {"email": None})
    assert (changed.status_code, changed.json()["email"], changed.json()["roles"]) == (200, None, ["front_desk"])


@pytest.mark.parametrize("name", ["roles", "clinic_ids", "client_ids"])
async def test_null_where_a_value_must_be_is_refused_at_its_field(http, administrator, change, name):
    body = {"username": "desk-02", "roles": ["front_desk"]}
    user = (await http.post("/v1/admin/users", json=body, headers=administrator)).json()
    refused = await change(f"/v1/admin/users/{user['id']}", {name: None, "email": "desk@agency.example"})
    assert refused.status_code == 422
    assert [error["pointer"] for error in refused.json()["errors"]] == [f"/{name}"]
    assert "leave it out" in refused.json()["errors"][0]["detail"]


@pytest.mark.parametrize("name", ["session_minutes", "idle_minutes", "staff_need_second_factor"])
async def test_a_policy_has_no_empty_line(change, name):
    refused = await change("/v1/admin/sign-in-policy", {name: None})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, f"/{name}")


async def test_an_answer_without_content_names_no_type(http, therapist):
    headers = {"Authorization": f"Bearer {(await therapist.tokens())['access_token']}"}
    for more in ({}, {"Idempotency-Key": "out"}):
        answer = await http.post("/v1/me/sign-out", headers=headers | more)
        assert answer.status_code == 204 and answer.content == b""
        assert not {"content-type", "content-length"} & answer.headers.keys()
