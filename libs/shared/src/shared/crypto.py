"""Sealing: AES-256-GCM under a key per owner (a client or an agency), wrapped by the master key (decision 29)."""

import os
from dataclasses import dataclass
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12


@dataclass(frozen=True)
class Sealed:
    key_id: UUID
    ciphertext: bytes


def seal_bytes(key: bytes, data: bytes, aad: bytes) -> bytes:
    """Nonce followed by ciphertext and tag. `aad` binds it to its place: another place does not open it."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, data, aad)


def open_bytes(key: bytes, sealed: bytes, aad: bytes) -> bytes:
    """The plain bytes. Raises cryptography's InvalidTag when the key, the bytes or the place differ."""
    return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], aad)


def new_key() -> bytes:
    return AESGCM.generate_key(256)
