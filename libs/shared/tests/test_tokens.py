"""Access tokens: the exact good one is accepted, and nothing else (RFC 8725, RFC 9068)."""

import base64
import hashlib
import hmac
import json
import time
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives import serialization
from shared.auth import Verifier
from shared.errors import NotSignedIn, Unavailable
from shared.testing import ISSUER, KID, Keys

GONE = object()
HEADER = {"alg": "RS256", "typ": "at+jwt", "kid": KID}


def pack(data):
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def claims(**changed):
    now = int(time.time())
    good = {"iss": ISSUER, "aud": "trellis", "sub": str(uuid4()), "client_id": "test", "agency": str(uuid4())}
    times = {"iat": now, "nbf": now, "exp": now + 300, "jti": "1"}
    return {name: value for name, value in (good | times | changed).items() if value is not GONE}


def header(**changed):
    return {name: value for name, value in (HEADER | changed).items() if value is not GONE}


def make(keys, head=None, said=None):
    signed = f"{pack(head if head is not None else HEADER)}.{pack(said if said is not None else claims())}"
    return f"{signed}.{pack(keys.private.sign(signed.encode()))}"


def forged(keys, alg, secret):
    signed = f"{pack(header(alg=alg))}.{pack(claims())}"
    digest = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}[alg]
    return f"{signed}.{pack(hmac.new(secret, signed.encode(), digest).digest())}"


def public_forms(keys):
    pem = keys.private.public_key().to_pem()
    key = serialization.load_pem_public_key(pem)
    openssh = key.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    der = key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    return {
        "pem": pem,
        "pem stripped": pem.strip(),
        "der": der,
        "openssh": openssh,
        "jwk": json.dumps(keys.jwks).encode(),
    }


async def accepted(verifier, token):
    try:
        await verifier.verify(token)
    except (NotSignedIn, Unavailable):
        return False
    return True


@pytest.fixture
def verifier(keys):
    found = Verifier(ISSUER, "http://127.0.0.1:9/jwks")
    found.load(keys.jwks)
    found.fetched = time.monotonic()
    return found


NOW = int(time.time())
HEADERS = {
    **{
        f"alg {alg}": {"alg": alg}
        for alg in ("none", "None", "nOnE", "NONE", "", "rs256", "RS512", "PS256", "ES256", 1)
    },
    "no alg": {"alg": GONE},
    "alg null": {"alg": None},
    "alg list": {"alg": ["RS256"]},
    **{f"typ {typ}": {"typ": typ} for typ in ("JWT", "at+JWT", "", None, "id_token", "logout+jwt")},
    "no typ": {"typ": GONE},
    "no kid": {"kid": GONE},
    "kid path": {"kid": "../../dev/null"},
    "kid sql": {"kid": "x' UNION SELECT 'k"},
    "kid long": {"kid": "k" * 5000},
    "kid unicode": {"kid": "tést"},
    "kid newline": {"kid": KID + "\n"},
    "kid nul": {"kid": KID + "\0"},
    "kid list": {"kid": [KID]},
    "kid number": {"kid": 1},
    "kid other": {"kid": "other"},
    **{name: {name: "http://127.0.0.1:9/"} for name in ("jku", "x5u")},
    "x5c": {"x5c": ["MIIB"]},
    "jwk": {"jwk": {"kty": "oct", "k": "AA"}},
    "crit": {"crit": ["exp"]},
    "crit empty": {"crit": []},
    "b64": {"b64": False, "crit": ["b64"]},
    "zip": {"zip": "DEF"},
}


def wrong(now):
    """What a token may not claim, at this time of asking."""
    return {
        **{f"no {name}": {name: GONE} for name in ("iss", "aud", "sub", "client_id", "iat", "exp", "jti")},
        **{f"{name} null": {name: None} for name in ("iss", "aud", "sub", "client_id", "iat", "exp", "jti", "nbf")},
        "aud wrong": {"aud": "other"},
        "aud list": {"aud": ["trellis"]},
        "aud list of two": {"aud": ["trellis", "other"]},
        "aud prefix": {"aud": "trellis2"},
        "iss wrong": {"iss": "http://evil.test"},
        "iss slash": {"iss": ISSUER + "/"},
        "iss list": {"iss": [ISSUER]},
        "sub no uuid": {"sub": "admin"},
        "sub number": {"sub": 7},
        "client_id number": {"client_id": 7},
        "agency no uuid": {"agency": "' OR 1=1"},
        "clinics injected": {"clinics": ["'; DROP TABLE loaf; --"]},
        "clients injected": {"clients": ["x'"]},
        "act without sub": {"act": {"by": "x"}},
        "expired": {"iat": now - 400, "nbf": now - 400, "exp": now - 31},
        "expired just now": {"iat": now - 400, "nbf": now - 400, "exp": now - 1},
        "iat in the future": {"iat": now + 200, "nbf": now, "exp": now + 400},
        "nbf in the future": {"nbf": now + 200},
        "too long a life": {"exp": now + 601 + 60},
        "iat long ago": {"iat": 0},
        **{
            f"{name} {value!r}": {name: value}
            for name in ("exp", "iat", "nbf")
            for value in (
                str(now + 300), now + 300.5, True, float("nan"), float("inf"), -float("inf"), 2**63, 10**400, [now + 300],
                {"t": now},
            )
        },
        "at_hash": {"at_hash": "x"},
    }  # fmt: skip


CLAIMS = [*wrong(NOW)]


@pytest.mark.parametrize("name", HEADERS)
async def test_a_header_that_is_not_ours_is_refused(verifier, keys, name):
    assert not await accepted(verifier, make(keys, header(**HEADERS[name])))


@pytest.mark.parametrize("place", range(len(CLAIMS)), ids=CLAIMS)
async def test_claims_that_are_not_right_are_refused(verifier, keys, place):
    said = [*wrong(int(time.time())).values()][place]
    assert not await accepted(verifier, make(keys, said=claims(**said)))


async def test_the_exact_good_token_is_accepted_with_a_clock_a_little_ahead(verifier, keys):
    now = int(time.time())
    assert await accepted(verifier, make(keys))
    assert await accepted(verifier, make(keys, said=claims(nbf=GONE)))
    assert await accepted(verifier, make(keys, said=claims(iat=now + 5, nbf=now + 5, exp=now + 605)))


async def test_a_public_key_is_no_shared_secret(verifier, keys):
    for alg in ("HS256", "HS384", "HS512"):
        for name, secret in public_forms(keys).items():
            assert not await accepted(verifier, forged(keys, alg, secret)), (alg, name)


async def test_one_spelling_of_a_token_only(verifier, keys):
    good = make(keys)
    head, said, sign = good.split(".")
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    loose = sign[:-1] + last[last.index(sign[-1]) ^ 1]
    spelt = [
        f"{good}=",
        f"{good}!",
        f"{good}\n",
        f" {good}",
        f"{good}é",
        f"{head}.{said}.{loose}",
        f"{head}.{said}.!{sign}",
    ]
    spelt += [f"{head}.{said}.", f"{head}.{said}", f"{head}.{said}.{sign}.", f"{said}.{head}.{sign}", "", "..", "a.b.c"]
    spelt += [f"{head}.{pack(claims())}.{sign}", f"{good}{'A' * 9000}", f"{head}.{said}.{pack(b'x' * 256)}"]
    for token in spelt:
        assert not await accepted(verifier, token), token[-20:]


async def test_another_key_of_the_same_name_is_refused(verifier):
    assert not await accepted(verifier, make(Keys.make()))


@pytest.mark.parametrize(
    "head", [b"[" * 6000, b'{"a":' * 1100, b"[]", b"null", b"\xff\xfe", b"{", b'{"alg":' + b"9" * 5000]
)
async def test_a_header_that_cannot_be_read_is_401_and_no_500(http, head):
    answer = await http.get(f"/v1/loaves/{uuid4()}", headers={"Authorization": f"Bearer {pack(head)}.e30.AAAA"})
    assert answer.status_code == 401, answer.text


async def test_unknown_keys_do_not_make_us_ask_the_issuer_again_and_again(keys, monkeypatch):
    asked, found = [], Verifier(ISSUER, "http://127.0.0.1:9/jwks")
    found.load(keys.jwks)
    found.fetched = float("-inf")

    async def fetch():
        asked.append(found.fetched)
        await plain()

    plain = found.fetch
    monkeypatch.setattr(found, "fetch", fetch)
    for n in range(20):
        assert not await accepted(found, make(keys, header(kid=f"k{n}")))
    assert len(asked) == 1 and await accepted(found, make(keys))


async def test_without_any_key_it_is_unavailable_and_asked_once_a_second(keys):
    found = Verifier(ISSUER, "http://127.0.0.1:9/jwks")
    for _ in range(2):
        with pytest.raises(Unavailable):
            await found.verify(make(keys))
