"""Signing keys take turns: the next one is published before it signs, the last one for as long as its tokens live."""

from datetime import timedelta

import pytest
from gateway.errors import NextKeyThere
from gateway.rules.keys import TOKEN_LIFE, KeyStatus
from gateway.use_cases.publish_keys import publish_keys
from gateway.use_cases.rotate_signing_key import rotate_signing_key
from gateway.use_cases.sign_token import sign_token
from gateway.use_cases.turn_signing_keys import follow_signing_keys, turn_signing_keys
from shared.auth import Principal
from shared.clock import real_now
from shared.db import PLATFORM


@pytest.fixture
async def office(app, superuser):
    yield app.state.office
    await superuser.execute("DELETE FROM signing_key WHERE status <> 'active'")


async def kids(office):
    return {key["kid"] for key in (await publish_keys(office)).keys}


async def rotated(office, cache_seconds):
    by = Principal.system("gateway", agency_id=PLATFORM)
    async with office.database.transaction(by) as tx:
        return await rotate_signing_key(tx, cache_seconds=cache_seconds, by=by)


async def turned(office, at):
    async with office.database.transaction(Principal.system("gateway", agency_id=PLATFORM)) as tx:
        await turn_signing_keys(tx, at)


async def test_the_next_key_is_published_before_it_signs(office, app, superuser):
    before = office.signer.kid
    following = await rotated(office, 300)
    assert await kids(office) == {before, following.kid}
    assert following.signs_from >= following.created_at + timedelta(seconds=600)
    await follow_signing_keys(office)
    assert office.signer.kid == before and following.kid in app.state.verifier.keys
    with pytest.raises(NextKeyThere):
        await rotated(office, 300)
    await turned(office, following.signs_from - timedelta(seconds=1))
    await follow_signing_keys(office)
    assert office.signer.kid == before


async def test_a_retired_key_verifies_for_as_long_as_its_tokens_live(office, app, superuser):
    before = office.signer.kid
    following = await rotated(office, 0)
    now = following.signs_from + timedelta(seconds=1)
    await turned(office, now)
    await follow_signing_keys(office)
    assert office.signer.kid == following.kid and await kids(office) == {before, following.kid}
    rows = await superuser.fetch("SELECT kid, status, retired_at FROM signing_key ORDER BY created_at DESC LIMIT 2")
    assert [row["status"] for row in rows] == [KeyStatus.ACTIVE, KeyStatus.RETIRED]
    gone = real_now() - TOKEN_LIFE - timedelta(seconds=1)
    await superuser.execute("UPDATE signing_key SET retired_at = $1 WHERE kid = $2", gone, before)
    assert await kids(office) == {following.kid}


async def test_two_processes_turn_a_key_once(office):
    import asyncio

    following = await rotated(office, 0)
    await asyncio.gather(*(turned(office, following.signs_from) for _ in range(5)))
    await follow_signing_keys(office)
    assert office.signer.kid == following.kid and sign_token(office.signer, {})


async def test_only_the_operator_rotates(http, operator, token, office):
    assert (await http.post("/v1/admin/signing-keys", headers=operator)).status_code == 403
    scopes = ("signing-keys:read", "signing-keys:write")
    mine = {"Authorization": f"Bearer {token(*scopes, roles=('operator',), reach='none', agency_id=None)}"}
    made = await http.post("/v1/admin/signing-keys", headers=mine)
    assert made.status_code == 201 and made.json()["status"] == "next" and "private_sealed" not in made.json()
    assert (await http.post("/v1/admin/signing-keys", headers=mine)).status_code == 409
    assert made.json()["kid"] in {key["kid"] for key in (await http.get("/v1/admin/signing-keys", headers=mine)).json()}
    answer = await http.get("/.well-known/jwks.json")
    assert answer.headers["cache-control"] == "public, max-age=300"


async def test_both_documents_say_the_same_and_name_what_is_there(http):
    one, other = [
        (await http.get(f"/.well-known/{name}")).json()
        for name in ("oauth-authorization-server", "openid-configuration")
    ]
    assert one == other and one["issuer"] == "http://gateway.test"
    assert one["token_endpoint_auth_signing_alg_values_supported"] == ["RS384", "ES384"]
    assert "private_key_jwt" in one["token_endpoint_auth_methods_supported"]
    for name in ("token_endpoint", "revocation_endpoint", "introspection_endpoint"):
        assert (await http.post(one[name].removeprefix(one["issuer"]), data={"x": "y"})).status_code in (400, 401)
