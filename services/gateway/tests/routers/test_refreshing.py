"""Refresh tokens: one use each, and what happens to a stolen one (RFC 9700 section 4.14)."""

import asyncio

import pytest

LIVE = """SELECT count(*) FROM refresh_token t JOIN sign_in_session s ON s.id = t.session_id AND s.agency_id = t.agency_id
WHERE s.user_id = $1::uuid AND t.used_at IS NULL AND s.ended_at IS NULL"""


async def live(superuser, person):
    return await superuser.fetchval(LIVE, person.id)


async def age(superuser, seconds):
    await superuser.execute(f"UPDATE refresh_token SET used_at = used_at - interval '{seconds} s'")


async def test_each_token_is_followed_by_another(therapist, verified):
    first = (await therapist.tokens())["refresh_token"]
    given = (await therapist.refresh(first)).json()
    assert given["refresh_token"] != first and len(given["refresh_token"]) == 43
    by = await verified.verify(given["access_token"])
    assert str(by.id) == therapist.id and by.roles == {"therapist"}


async def test_of_fifty_at_once_one_successor_lives(therapist, superuser):
    first = (await therapist.tokens())["refresh_token"]
    answers = await asyncio.gather(*(therapist.refresh(first) for _ in range(50)))
    assert {a.status_code for a in answers} <= {200, 503} and [a.status_code for a in answers].count(200) > 1
    assert len({a.json()["refresh_token"] for a in answers if a.status_code == 200}) == 1
    assert await live(superuser, therapist) == 1


async def test_a_lost_answer_is_given_again_for_a_moment_only(therapist, superuser):
    first = (await therapist.tokens())["refresh_token"]
    given = (await therapist.refresh(first)).json()["refresh_token"]
    assert (await therapist.refresh(first)).json()["refresh_token"] == given
    await age(superuser, 16)
    assert (await therapist.refresh(first)).json()["error"] == "invalid_grant"
    assert await live(superuser, therapist) == 0
    assert (await therapist.refresh(given)).json()["error"] == "invalid_grant"


async def test_another_request_with_a_used_token_is_theft_at_once(therapist, superuser):
    first = (await therapist.tokens())["refresh_token"]
    await therapist.refresh(first)
    assert (await therapist.refresh(first, scope="notes:read")).json()["error"] == "invalid_grant"
    assert await live(superuser, therapist) == 0


async def test_a_used_successor_ends_the_moment(therapist, superuser):
    stolen = (await therapist.tokens())["refresh_token"]
    thief = (await therapist.refresh(stolen)).json()["refresh_token"]
    thief = (await therapist.refresh(thief)).json()["refresh_token"]
    assert (await therapist.refresh(stolen)).json()["error"] == "invalid_grant"
    assert await live(superuser, therapist) == 0
    assert (await therapist.refresh(thief)).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("victim_first", [True, False])
async def test_stolen_and_used_by_both_sides_nothing_lives(therapist, superuser, victim_first):
    stolen = (await therapist.tokens())["refresh_token"]
    one = (await therapist.refresh(stolen)).json()["refresh_token"]
    await age(superuser, 16)
    assert (await therapist.refresh(stolen)).status_code == 400
    assert (await therapist.refresh(one)).status_code == 400
    assert await live(superuser, therapist) == 0


async def test_a_token_is_of_its_client(therapist, superuser):
    token = (await therapist.tokens())["refresh_token"]
    for client_id in (f"client-portal:{therapist.slug}", "staff-console:other", "operator", ""):
        answer = await therapist.refresh(token, client_id=client_id)
        assert answer.json()["error"] in ("invalid_grant", "invalid_client")
    assert (await therapist.refresh(token)).status_code == 200


@pytest.mark.parametrize("column", ["idle_until", "expires_at"])
async def test_a_session_ends_unused_and_at_all(therapist, superuser, column):
    token = (await therapist.tokens())["refresh_token"]
    await superuser.execute(f"UPDATE sign_in_session SET {column} = now() - interval '1 s'")
    assert (await therapist.refresh(token)).json()["error"] == "invalid_grant"


async def test_the_agency_says_how_long(http, administrator, therapist, superuser):
    body = {"session_minutes": 60, "idle_minutes": 20}
    headers = administrator | {"If-Match": "*"}
    assert (await http.patch("/v1/admin/sign-in-policy", json=body, headers=headers)).status_code == 200
    token = (await therapist.tokens())["refresh_token"]
    row = await superuser.fetchrow("SELECT * FROM sign_in_session WHERE user_id = $1::uuid", therapist.id)
    assert (row["expires_at"] - row["started_at"]).total_seconds() == 3600
    assert (row["idle_until"] - row["used_at"]).total_seconds() == 1200
    await therapist.refresh(token)
    again = await superuser.fetchrow("SELECT * FROM sign_in_session WHERE user_id = $1::uuid", therapist.id)
    assert again["expires_at"] == row["expires_at"] and again["idle_until"] > row["idle_until"]
    too_long = await http.patch("/v1/admin/sign-in-policy", json={"idle_minutes": 90}, headers=headers)
    assert too_long.status_code in (409, 422), too_long.text


async def test_a_deactivated_person_gets_no_further_token(http, administrator, therapist, superuser):
    token = (await therapist.tokens())["refresh_token"]
    code = (await therapist.sign_in())["code"]
    assert (await http.post(f"/v1/admin/users/{therapist.id}/deactivation", headers=administrator)).status_code == 200
    assert await live(superuser, therapist) == 0
    assert (await therapist.refresh(token)).json()["error"] == "invalid_grant"
    assert (await therapist.redeem(code)).json()["error"] == "invalid_grant"


async def test_what_a_role_no_longer_gives_is_gone_at_the_next_refresh(http, administrator, therapist, verified):
    token = (await therapist.tokens(scope="notes:write clinics:read"))["refresh_token"]
    headers = administrator | {"If-Match": "*"}
    changed = await http.patch(f"/v1/admin/users/{therapist.id}", json={"roles": ["auditor"]}, headers=headers)
    assert changed.status_code == 200, changed.text
    given = (await therapist.refresh(token)).json()
    assert given["scope"] == "clinics:read"
    assert (await verified.verify(given["access_token"])).roles == {"auditor"}


async def test_no_token_stands_in_the_database(therapist, superuser):
    first = (await therapist.tokens())["refresh_token"]
    second = (await therapist.refresh(first)).json()["refresh_token"]
    rows = await superuser.fetch("SELECT t::text FROM refresh_token t UNION ALL SELECT t::text FROM audit t")
    kept = " ".join(row[0] for row in rows)
    assert not any(text in kept or text.encode().hex() in kept for text in (first, second))
