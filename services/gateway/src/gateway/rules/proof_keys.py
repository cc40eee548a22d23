"""Proof key for code exchange. Source: RFC 7636 sections 4.1, 4.2, 4.6; only S256 (RFC 9700 section 2.1.1)."""

import base64
import hashlib
import re
from hmac import compare_digest

METHOD = "S256"
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


def challenge_of(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def is_proven(challenge: str, verifier: str) -> bool:
    """The verifier has the form of RFC 7636 and is the one whose challenge came with the authorization request."""
    return bool(VERIFIER.fullmatch(verifier)) and compare_digest(challenge_of(verifier), challenge)
