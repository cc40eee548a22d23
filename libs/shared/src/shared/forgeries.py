"""Access tokens that are not exactly right: one table for every suite (RFC 8725, RFC 9068; quality T39 to T42)."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

GONE = object()
Piece = dict[str, Any]
REQUIRED = ("iss", "aud", "sub", "client_id", "iat", "exp", "jti")
DIGESTS: dict[str, Any] = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}


def pack(data: Any) -> str:
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def headers(kid: str, canary: str) -> dict[str, Piece]:
    """What changes in a good header. Whoever follows an address in one comes to the canary."""
    return {
        **{
            f"alg {alg}": {"alg": alg}
            for alg in ("none", "None", "nOnE", "NONE", "", "rs256", "RS384", "RS512", "PS256", "ES256", "EdDSA", 1)
        },
        "no alg": {"alg": GONE},
        "alg null": {"alg": None},
        "alg list": {"alg": ["RS256"]},
        **{f"typ {typ}": {"typ": typ} for typ in ("JWT", "at+JWT", "", None, "id_token", "logout+jwt", ["at+jwt"])},
        "no typ": {"typ": GONE},
        "no kid": {"kid": GONE},
        "kid path": {"kid": "../../dev/null"},
        "kid file": {"kid": "/proc/self/environ"},
        "kid sql": {"kid": "x' UNION SELECT 'k"},
        "kid sql, quoted": {"kid": "'; DROP TABLE signing_key; --"},
        "kid long": {"kid": "k" * 5000},
        "kid ten kilobytes": {"kid": "k" * 10_240},
        "kid unicode": {"kid": "tést"},
        "kid newline": {"kid": kid + "\n"},
        "kid nul": {"kid": kid + "\0"},
        "kid list": {"kid": [kid]},
        "kid number": {"kid": 1},
        "kid other": {"kid": "other"},
        "kid address": {"kid": canary},
        **{name: {name: canary} for name in ("jku", "x5u")},
        "jku with its kid": {"jku": f"{canary}jwks.json", "kid": "theirs"},
        "x5u file": {"x5u": "file:///etc/hostname"},
        "x5c": {"x5c": ["MIIB"]},
        "jwk": {"jwk": {"kty": "oct", "k": "AA"}},
        "crit": {"crit": ["exp"]},
        "crit empty": {"crit": []},
        "b64": {"b64": False, "crit": ["b64"]},
        "b64 alone": {"b64": False},
        "zip": {"zip": "DEF"},
    }


def wrong(issuer: str, now: int) -> dict[str, Piece]:
    """What a token may not claim, at this time of asking."""
    numbers = (True, float("nan"), float("inf"), -float("inf"), 2**63, 10**400)
    times = (*numbers, str(now + 300), now + 300.5, [now + 300], {"t": now})
    return {
        **{f"no {name}": {name: GONE} for name in REQUIRED},
        **{f"{name} null": {name: None} for name in (*REQUIRED, "nbf")},
        "aud wrong": {"aud": "other"},
        "aud list": {"aud": ["trellis"]},
        "aud list of two": {"aud": ["trellis", "other"]},
        "aud prefix": {"aud": "trellis2"},
        "iss wrong": {"iss": "http://evil.test"},
        "iss slash": {"iss": issuer + "/"},
        "iss list": {"iss": [issuer]},
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
        **{f"{name} {value!r:.40}": {name: value} for name in ("exp", "iat", "nbf") for value in times},
        "at_hash": {"at_hash": "x"},
    }


@dataclass(frozen=True)
class Mint:
    """Makes tokens with a key that counts. `said`: claims that every one of them makes beside the required ones."""

    sign: Callable[[bytes], bytes]
    public: RSAPublicKey
    kid: str
    issuer: str
    canary: str = "http://127.0.0.1:9/"
    said: Piece = field(default_factory=dict)

    def claims(self, **changed: Any) -> Piece:
        now = int(time.time())
        good = {"iss": self.issuer, "aud": "trellis", "sub": str(uuid4()), "client_id": "test", "agency": str(uuid4())}
        times = {"iat": now, "nbf": now, "exp": now + 300, "jti": uuid4().hex}
        return {name: value for name, value in (good | times | self.said | changed).items() if value is not GONE}

    def header(self, **changed: Any) -> Piece:
        found = {"alg": "RS256", "typ": "at+jwt", "kid": self.kid} | changed
        return {name: value for name, value in found.items() if value is not GONE}

    def make(self, head: Piece | None = None, said: Piece | None = None) -> str:
        """Signed as it must be, whatever it says; without arguments a good one."""
        pieces = self.header() if head is None else head, self.claims() if said is None else said
        signed = ".".join(pack(piece) for piece in pieces)
        return f"{signed}.{pack(self.sign(signed.encode()))}"

    def forged(self, alg: str, secret: bytes) -> str:
        """Signed with what everybody knows, as if it were a shared secret."""
        signed = f"{pack(self.header(alg=alg))}.{pack(self.claims())}"
        return f"{signed}.{pack(hmac.new(secret, signed.encode(), DIGESTS[alg]).digest())}"

    def public_forms(self) -> dict[str, bytes]:
        """The public key as people write it down."""
        info, numbers = serialization.PublicFormat.SubjectPublicKeyInfo, self.public.public_numbers()
        pem = self.public.public_bytes(serialization.Encoding.PEM, info)
        openssh = self.public.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
        named = {"kty": "RSA", "kid": self.kid, "n": pack(numbers.n.to_bytes(256)), "e": "AQAB"}
        return {
            "pem": pem,
            "pem stripped": pem.strip(),
            "der": self.public.public_bytes(serialization.Encoding.DER, info),
            "openssh": openssh,
            "jwk": json.dumps(named).encode(),
            "n": numbers.n.to_bytes(256),
            "empty": b"",
        }

    def spelt(self) -> dict[str, str]:
        """A good token, otherwise spelt, cut or put together."""
        good = self.make()
        head, said, sign = good.split(".")
        last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        unsigned = f"{pack(self.header(alg='none'))}.{said}"
        return {
            "padded": f"{good}=",
            "trailing": f"{good}!",
            "no signature": f"{head}.{said}.",
            "two parts": f"{head}.{said}",
            "four parts": f"{good}.",
            "none, unsigned": f"{unsigned}.",
            "none, two parts": unsigned,
            "loose bits": f"{head}.{said}.{sign[:-1]}{last[last.index(sign[-1]) ^ 1]}",
            "junk before": f"{head}.{said}.!{sign}",
            "order": f"{said}.{head}.{sign}",
            "other claims": f"{head}.{pack(self.claims())}.{sign}",
            "zeros": f"{head}.{said}.{pack(bytes(256))}",
            "too long": f"{good}{'A' * 9000}",
            "dots": "..",
            "letters": "a.b.c",
        }

    def bad(self) -> Iterator[tuple[str, str]]:
        """Each with its name. None of them may be let in anywhere."""
        for name, changed in headers(self.kid, self.canary).items():
            yield name, self.make(self.header(**changed))
        for name, changed in wrong(self.issuer, int(time.time())).items():
            yield name, self.make(said=self.claims(**changed))
        for form, secret in self.public_forms().items():
            for alg in DIGESTS:
                yield f"{alg} with the public key as {form}", self.forged(alg, secret)
        yield from self.spelt().items()
