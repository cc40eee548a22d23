import base64
import hashlib
import json
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from shared.clock import real_now
from shared.crypto import MasterKeys, seal_bytes
from shared.db import Transaction

from gateway import queries
from gateway.errors import SigningUnavailable
from gateway.models import SigningKey
from gateway.rules.keys import KeyStatus
from gateway.use_cases.sign_token import Signer


async def open_signing_key(tx: Transaction) -> Signer:
    """The installation's key for signing tokens; made by whoever starts first, while the others wait."""
    kept = await queries.lock_signing_keys(tx)
    if kept is None:
        kept = await tx.add(new_key(tx.master_key, real_now(), KeyStatus.ACTIVE))
    return opened(tx.masters, kept)


def opened(masters: MasterKeys, kept: SigningKey) -> Signer:
    private = load_pem_private_key(masters.open(kept.private_sealed, place(kept.kid)), password=None)
    if not isinstance(private, RSAPrivateKey):
        raise SigningUnavailable("The signing key is not of RSA.")
    return Signer(kept.kid, private)


def new_key(master_key: bytes, signs: datetime, status: KeyStatus) -> SigningKey:
    """RSA of 2048 bits, its private half sealed; the key id is the thumbprint of RFC 7638."""
    private = generate_private_key(65537, 2048)
    numbers = private.public_key().public_numbers()
    named = {"e": text_of(numbers.e), "kty": "RSA", "n": text_of(numbers.n)}
    kid = base64url(hashlib.sha256(json.dumps(named, separators=(",", ":"), sort_keys=True).encode()).digest())
    jwk: dict[str, Any] = {**named, "kid": kid, "use": "sig", "alg": "RS256"}
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return SigningKey(
        kid=kid,
        status=status,
        public_jwk=jwk,
        private_sealed=seal_bytes(master_key, pem, place(kid)),
        created_at=real_now(),
        signs_from=signs,
        active_at=signs if status == KeyStatus.ACTIVE else None,
    )


def place(kid: str) -> bytes:
    return f"signing_key|{kid}".encode()


def text_of(number: int) -> str:
    return base64url(number.to_bytes((number.bit_length() + 7) // 8))


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
