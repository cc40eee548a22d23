import base64
import json
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256


@dataclass(frozen=True)
class Signer:
    """A private key that is open in memory."""

    kid: str
    key: RSAPrivateKey = field(repr=False)


def sign_token(signer: Signer, claims: dict[str, Any]) -> str:
    """A JWS in compact form (RFC 7515), RS256, typed as an access token (RFC 9068)."""
    header = {"alg": "RS256", "kid": signer.kid, "typ": "at+jwt"}
    signed = b".".join(part(piece) for piece in (header, claims))
    return b".".join((signed, encoded(signer.key.sign(signed, PKCS1v15(), SHA256())))).decode()


def part(piece: dict[str, Any]) -> bytes:
    return encoded(json.dumps(piece, separators=(",", ":")).encode())


def encoded(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")
