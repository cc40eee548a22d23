"""Which keys of a partner app we take. Source: SMART backend services (RS384, ES384), RFC 7517, RFC 8725 section 3.5.

RSA of 2048 to 4096 bits with the usual exponent, or a point of P-384. Never a private or a shared one. Version
2026-11-23.
"""

import base64
import binascii
import re
from enum import StrEnum
from typing import Any

Jwk = dict[str, Any]
KID = re.compile(r"[A-Za-z0-9_-]{1,64}")
MOST = 10
EXPONENT = "AQAB"
PRIVATE = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


class SigningAlg(StrEnum):
    RS384 = "RS384"
    ES384 = "ES384"


def bytes_in(text: Any) -> int:
    """How many bytes a base64url text stands for; 0 where it is none, or begins with an empty byte."""
    try:
        found = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (TypeError, ValueError, binascii.Error):
        return 0
    return len(found) if found[:1] != b"\x00" else 0


def is_rsa(jwk: Jwk) -> bool:
    return jwk.get("kty") == "RSA" and jwk.get("e") == EXPONENT and 256 <= bytes_in(jwk.get("n")) <= 512


def is_p384(jwk: Jwk) -> bool:
    point = [jwk.get("x"), jwk.get("y")]
    return (
        jwk.get("kty") == "EC" and jwk.get("crv") == "P-384" and all(isinstance(c, str) and len(c) == 64 for c in point)
    )


FITS = {SigningAlg.RS384: is_rsa, SigningAlg.ES384: is_p384}
KEPT = ("kid", "kty", "n", "e", "crv", "x", "y")


def usable(jwks: Any, alg: SigningAlg) -> dict[str, Jwk]:
    """The public halves by key id that can verify this algorithm; what is anything else is left out."""
    keys = jwks.get("keys") if isinstance(jwks, dict) else None
    found = [key for key in keys[:MOST] if isinstance(key, dict)] if isinstance(keys, list) else []
    good = [key for key in found if is_ours(key, alg) and FITS[alg](key)]
    return {key["kid"]: {name: key[name] for name in KEPT if name in key} for key in good}


def is_ours(jwk: Jwk, alg: SigningAlg) -> bool:
    kid = jwk.get("kid")
    is_named = isinstance(kid, str) and KID.fullmatch(kid) is not None
    return is_named and jwk.get("alg", alg) == alg and jwk.get("use", "sig") == "sig" and not PRIVATE & jwk.keys()


def holds_secrets(jwks: Any) -> bool:
    """Whether somebody sent us what he must keep to himself."""
    keys = jwks.get("keys") if isinstance(jwks, dict) else None
    return any(isinstance(key, dict) and PRIVATE & key.keys() for key in keys) if isinstance(keys, list) else False
