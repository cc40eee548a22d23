"""Where I am signed in, and how I get out again."""

from shared.db import uuid7

PASSWORD = "seven green bicycles"


async def headers_of(person):
    given = await person.tokens()
    return {"Authorization": f"Bearer {given['access_token']}"}, given["refresh_token"]


async def test_i_see_my_sessions_and_end_one(http, therapist):
    headers, kept = await headers_of(therapist)
    _, ended = await headers_of(therapist)
    items = (await http.get("/v1/me/sessions", headers=headers)).json()["items"]
    assert [item["client_id"] for item in items] == [f"staff-console:{therapist.slug}"] * 2
    path = f"/v1/me/sessions/{items[0]['id']}"
    assert (await http.delete(path, headers=headers)).status_code == 428
    assert (await http.delete(path, headers=headers | {"If-Match": '"9"'})).status_code == 412
    assert (await http.delete(path, headers=headers | {"If-Match": '"1"'})).status_code == 204
    assert (await therapist.refresh(ended)).status_code == 400
    assert (await therapist.refresh(kept)).status_code == 200
    assert len((await http.get("/v1/me/sessions", headers=headers)).json()["items"]) == 1


async def test_somebody_elses_session_is_as_unknown_as_none(http, therapist, invited):
    other, link = await invited("therapist-03")
    await other.accept(link)
    headers, token = await headers_of(other)
    session = (await http.get("/v1/me/sessions", headers=headers)).json()["items"][0]["id"]
    mine, _ = await headers_of(therapist)
    answers = [
        await http.delete(f"/v1/me/sessions/{some}", headers=mine | {"If-Match": "*"}) for some in (session, uuid7())
    ]
    bodies = [{**answer.json(), "instance": ""} for answer in answers]
    assert bodies[0] == bodies[1] and bodies[0]["status"] == 404
    assert (await other.refresh(token)).status_code == 200


async def test_signing_out_ends_every_session(http, therapist):
    headers, one = await headers_of(therapist)
    _, two = await headers_of(therapist)
    assert (await http.post("/v1/me/sign-out", headers=headers)).status_code == 204
    assert [(await therapist.refresh(token)).status_code for token in (one, two)] == [400, 400]
    anew, _ = await headers_of(therapist)
    assert len((await http.get("/v1/me/sessions", headers=anew)).json()["items"]) == 1


async def test_a_new_password_needs_the_old_one_and_ends_every_session(http, therapist):
    headers, token = await headers_of(therapist)
    wrong = {"current": "not the password", "new": "eight blue tandems"}
    assert (await http.post("/v1/me/password", json=wrong, headers=headers)).status_code == 422
    weak = {"current": PASSWORD, "new": "short"}
    assert (await http.post("/v1/me/password", json=weak, headers=headers)).status_code == 422
    right = {"current": PASSWORD, "new": "eight blue tandems"}
    assert (await http.post("/v1/me/password", json=right, headers=headers)).status_code == 204
    assert (await therapist.refresh(token)).status_code == 400
    assert "code" in await therapist.sign_in("eight blue tandems")
    assert (await therapist.give_password(PASSWORD)).status_code == 422


async def test_a_stolen_access_token_guesses_no_password(http, therapist):
    headers, _ = await headers_of(therapist)
    wrong = {"current": "not the password", "new": "eight blue tandems"}
    statuses = [(await http.post("/v1/me/password", json=wrong, headers=headers)).status_code for _ in range(7)]
    assert statuses == [422] * 5 + [429] * 2
