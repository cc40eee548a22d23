"""Partner apps sign in with a key of their own (RFC 7523, SMART backend services): T46."""

import asyncio
import base64
import json
import time

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jose import jwk
from shared.db import uuid7

AUDIENCE = "http://gateway.test/oauth/token"
BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
GONE = object()


def pair(alg):
    key = ec.generate_private_key(ec.SECP384R1()) if alg == "ES384" else rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    built = jwk.construct(pem.decode(), alg)
    public = {
        name: value.decode() if isinstance(value, bytes) else value
        for name, value in built.public_key().to_dict().items()
    }
    return pem.decode(), {**public, "kid": "k1", "use": "sig"}


PAIRS = {alg: pair(alg) for alg in ("RS384", "ES384")}


def pack(data):
    return (
        base64.urlsafe_b64encode(data if isinstance(data, bytes) else json.dumps(data).encode()).rstrip(b"=").decode()
    )


def assertion(client_id, alg="RS384", head=None, signed_by=None, **changed):
    now = int(time.time())
    said = {"iss": client_id, "sub": client_id, "aud": AUDIENCE, "exp": now + 240, "iat": now, "jti": uuid7().hex}
    said = {name: value for name, value in (said | changed).items() if value is not GONE}
    header = {"alg": alg, "typ": "JWT", "kid": "k1"} | (head or {})
    header = {name: value for name, value in header.items() if value is not GONE}
    signed = f"{pack(header)}.{pack(said)}"
    key = jwk.construct(signed_by or PAIRS[alg][0], (signed_by and header["alg"]) or alg)
    return f"{signed}.{pack(key.sign(signed.encode()))}"


@pytest.fixture
async def administrator(http, operator, app):
    slug = f"t{uuid7().hex[-20:]}"
    body = {"name": "Sample Agency", "slug": slug, "timezone": "America/Chicago", "administrator": "admin-01"}
    assert (await http.post("/v1/admin/agencies", json=body, headers=operator)).status_code == 201
    app.state.verifier.load((await http.get("/.well-known/jwks.json")).json())
    token = (await http.post("/v1/sandbox/tokens", json={"agency": slug, "username": "admin-01"})).json()[
        "access_token"
    ]
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
async def register(http, administrator):
    async def made(alg="RS384", **changed):
        body = {
            "name": "Sample partner", "scopes": ["directory:read", "measures:read"], "purposes": ["TREAT", "HPAYMT"],
            "token_endpoint_auth_method": "private_key_jwt", "token_endpoint_auth_signing_alg": alg,
            "jwks": {"keys": [PAIRS[alg][1]]} if alg in PAIRS else None,
        }  # fmt: skip
        return await http.post("/v1/admin/partner-apps", json=body | changed, headers=administrator)

    return made


@pytest.fixture
async def sign_in(http):
    async def ask(made, **more):
        form = {"grant_type": "client_credentials", "client_assertion_type": BEARER, "client_assertion": made}
        answer = await http.post("/oauth/token", data=form | more)
        return answer.status_code, answer.json()

    return ask


@pytest.mark.parametrize("alg", ["RS384", "ES384"])
async def test_an_app_signs_in_with_its_key_once(register, sign_in, app, alg):
    made = (await register(alg)).json()
    assert made["client_secret"] is None and made["token_endpoint_auth_signing_alg"] == alg
    said = assertion(made["client_id"], alg)
    status, found = await sign_in(said, client_id=made["client_id"])
    by = await app.state.verifier.verify(found["access_token"])
    assert (
        status == 200 and by.reach == "disclosed" and by.purposes == ("TREAT", "HPAYMT") and by.roles == {"partner_app"}
    )
    assert await sign_in(said) == (
        401,
        {"error": "invalid_client", "error_description": "The client is unknown, or it does not prove who it is."},
    )
    assert (await sign_in(assertion(made["client_id"], alg)))[0] == 200


async def test_of_fifty_at_once_with_one_assertion_one_gets_a_token(register, sign_in):
    said = assertion((await register()).json()["client_id"])
    answers = await asyncio.gather(*(sign_in(said) for _ in range(50)))
    assert sorted(status for status, _ in answers) == [200] + [401] * 49


WRONG = {
    "aud FHIR base": {"aud": "http://gateway.test/fhir/R4"},
    "aud issuer": {"aud": "http://gateway.test"},
    "aud with a slash": {"aud": AUDIENCE + "/"},
    "aud list": {"aud": [AUDIENCE]},
    "aud list of two": {"aud": [AUDIENCE, "http://other.test"]},
    "no aud": {"aud": GONE},
    "no exp": {"exp": GONE},
    "no jti": {"jti": GONE},
    "no iss": {"iss": GONE},
    "jti number": {"jti": 7},
    "jti empty": {"jti": ""},
    "jti long": {"jti": "j" * 201},
    "iss other": {"iss": f"app:{uuid7()}.{uuid7()}"},
    "exp in ten minutes": lambda now: {"exp": now + 600, "iat": now},
    "exp in ten minutes, iat too": lambda now: {"exp": now + 600, "iat": now + 300},
    "exp in ten minutes, no iat": lambda now: {"exp": now + 600, "iat": GONE},
    "exp past the skew": lambda now: {"exp": now - 31, "iat": now - 200},
    "exp text": lambda now: {"exp": str(now + 100)},
    "exp NaN": {"exp": float("nan")},
    "exp 2^63": {"exp": 2**63},
    "exp true": {"exp": True},
    "iat in the future": lambda now: {"iat": now + 60},
    "nbf in the future": lambda now: {"nbf": now + 60},
}
HEADERS = {
    "alg none": {"alg": "none"},
    "alg HS256": {"alg": "HS256"},
    "alg RS256": {"alg": "RS256"},
    "alg RS512": {"alg": "RS512"},
    "alg ES384": {"alg": "ES384"},
    "typ access token": {"typ": "at+jwt"},
    "typ missing": {"typ": GONE},
    "kid missing": {"kid": GONE},
    "kid unknown": {"kid": "k2"},
    "kid path": {"kid": "../../dev/null"},
    "jku": {"jku": "http://127.0.0.1:9/"},
    "jwk": {"jwk": PAIRS["RS384"][1]},
    "crit": {"crit": ["exp"]},
    "b64": {"b64": False},
}


async def test_anything_but_the_exact_assertion_is_refused(register, sign_in):
    """T46; each is signed by the app's own key, and the exact one is accepted before and after."""
    client_id, accepted = (await register()).json()["client_id"], []
    assert (await sign_in(assertion(client_id)))[0] == 200
    for name, said in WRONG.items():
        changed = said(int(time.time())) if callable(said) else said
        accepted += [name] if (await sign_in(assertion(client_id, **changed)))[0] not in (400, 401) else []
    for name, head in HEADERS.items():
        accepted += [name] if (await sign_in(assertion(client_id, head=head)))[0] not in (400, 401) else []
    downgraded = assertion(client_id, head={"alg": "RS256"}, signed_by=PAIRS["RS384"][0])
    by_another = assertion(client_id, signed_by=pair("RS384")[0])
    for name, made in {"downgraded": downgraded, "another's key": by_another, "two parts": "a.b", "empty": ""}.items():
        accepted += [name] if (await sign_in(made))[0] not in (400, 401) else []
    print(f"\n{len(WRONG) + len(HEADERS) + 4} assertions, false accepts {len(accepted)}")
    assert accepted == [] and (await sign_in(assertion(client_id)))[0] == 200


async def test_an_app_does_not_sign_in_as_another(register, sign_in):
    mine, theirs = (await register()).json(), (await register("ES384")).json()
    assert (await sign_in(assertion(theirs["client_id"])))[0] == 401
    assert (await sign_in(assertion(mine["client_id"]), client_id=theirs["client_id"]))[0] == 401
    assert (await sign_in(assertion(mine["client_id"]), client_secret="x"))[0] == 400


async def test_a_token_is_bound_to_the_purpose_that_was_asked_for(register, sign_in, app, http):
    client_id = (await register()).json()["client_id"]
    status, found = await sign_in(assertion(client_id), purpose="HPAYMT")
    assert status == 200 and (await app.state.verifier.verify(found["access_token"])).purposes == ("HPAYMT",)
    assert (await sign_in(assertion(client_id), purpose="PATRQT"))[1]["error"] == "invalid_request"


@pytest.mark.parametrize(
    "changed",
    [
        {"jwks": None}, {"jwks": {"keys": []}}, {"jwks_uri": "https://partner.example/jwks"}, {"jwks": {"keys": [PAIRS["ES384"][1]]}},
        {"jwks": {"keys": [PAIRS["RS384"][1] | {"d": "AQAB"}]}}, {"jwks": {"keys": [{"kty": "oct", "k": "AA", "kid": "k1"}]}},
        {"token_endpoint_auth_signing_alg": None}, {"token_endpoint_auth_signing_alg": "RS256"}, {"purposes": []}, {"purposes": ["BTG"]},
        {"token_endpoint_auth_method": "client_secret_basic"}, {"token_endpoint_auth_method": "none"}, {"jwks": {"keys": 1}},
        {"jwks": {"keys": [PAIRS["RS384"][1] | {"n": "AQAB"}]}}, {"jwks_uri": "file:///etc/passwd", "jwks": None},
    ],
)  # fmt: skip
async def test_a_registration_that_could_not_sign_in_is_refused(register, changed):
    assert (await register(**changed)).status_code == 422


async def test_outside_a_sandbox_no_app_has_a_secret(register, http, app, administrator):
    body = {"name": "A", "scopes": ["directory:read"]}
    made = (await http.post("/v1/admin/partner-apps", json=body, headers=administrator)).json()
    plain = app.state.settings
    app.state.settings = app.state.office.settings = plain.model_copy(update={"sandbox": False})
    try:
        refused = await http.post("/v1/admin/partner-apps", json=body, headers=administrator)
        form = {
            "grant_type": "client_credentials",
            "client_id": made["client_id"],
            "client_secret": made["client_secret"],
        }
        signed = await http.post("/oauth/token", data=form)
    finally:
        app.state.settings = app.state.office.settings = plain
    assert (refused.status_code, signed.status_code) == (422, 401)
    assert (await http.post("/oauth/token", data=form)).status_code == 200


async def test_keys_at_an_address_are_read_there_and_not_asked_for_again_and_again(register, sign_in, app):
    served, asked = [PAIRS["RS384"][1]], []

    async def serve(reader, writer):
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        body = json.dumps({"keys": served}).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/jwks.json"
    client_id = (await register(jwks=None, jwks_uri=address)).json()["client_id"]
    refused, _ = await sign_in(assertion(client_id))
    assert refused == 503 and asked == []
    let_in(app)
    for _ in range(3):
        assert (await sign_in(assertion(client_id)))[0] == 200
    for n in range(20):
        assert (await sign_in(assertion(client_id, head={"kid": f"x{n}"})))[0] == 401
    assert len(asked) == 1
    server.close()


def let_in(app):
    """This listener stands on our own machine: only a setting opens that."""
    from dataclasses import replace
    from ipaddress import ip_network

    sets = app.state.office.key_sets
    sets.outward = replace(sets.outward, inside=(ip_network("127.0.0.0/8"),))
    sets.kept.clear()


async def test_a_revoked_app_is_out_with_the_token_it_has(register, sign_in, http, administrator):
    made = (await register()).json()
    found = (await sign_in(assertion(made["client_id"])))[1]["access_token"]
    mine = {"Authorization": f"Bearer {found}"}
    assert (await http.get("/v1/admin/clinics", headers=mine)).status_code == 403
    assert (
        await http.post(f"/v1/admin/partner-apps/{made['id']}/revocation", headers=administrator)
    ).status_code == 200
    started = time.monotonic()
    while (await http.get("/v1/admin/clinics", headers=mine)).status_code != 401:
        assert time.monotonic() - started < 2
        await asyncio.sleep(0.005)
    print(f"\nout after {(time.monotonic() - started) * 1000:.0f} ms")
    assert (await sign_in(assertion(made["client_id"])))[0] == 401


async def test_a_client_ends_and_looks_at_its_own_tokens(register, sign_in, http):
    made, other = (await register()).json(), (await register("ES384")).json()
    token = (await sign_in(assertion(made["client_id"])))[1]["access_token"]

    def signed(client, alg="RS384"):
        said = {"client_assertion_type": BEARER, "client_assertion": assertion(client["client_id"], alg)}
        return {"token": token, **said}

    found = (await http.post("/oauth/introspect", data=signed(made))).json()
    assert found["active"] and found["client_id"] == made["client_id"] and found["sub"] == made["id"]
    assert (await http.post("/oauth/introspect", data=signed(other, "ES384"))).json() == {"active": False}
    assert (await http.post("/oauth/introspect", data={"token": token})).status_code == 401
    assert (await http.post("/oauth/revoke", data=signed(other, "ES384"))).status_code == 400
    assert (await http.post("/oauth/revoke", data=signed(made) | {"token": "x"})).status_code == 200
    assert (await http.post("/oauth/introspect", data=signed(made))).json()["active"]
    assert (await http.post("/oauth/revoke", data=signed(made))).status_code == 200
    for _ in range(200):
        if not (await http.post("/oauth/introspect", data=signed(made))).json()["active"]:
            break
        await asyncio.sleep(0.01)
    else:
        raise AssertionError("still active")
    assert (await http.get("/v1/admin/clinics", headers={"Authorization": f"Bearer {token}"})).status_code == 401
