"""Sealing: AES-256-GCM under a key per owner, wrapped by its agency's key, wrapped by the master key (decision 29)."""

import hashlib
import os
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12


@dataclass(frozen=True)
class Sealed:
    key_id: UUID
    ciphertext: bytes


@dataclass(frozen=True)
class MasterKeys:
    """The master key that wraps now, and others that open as well while a rotation runs."""

    current: bytes
    others: tuple[bytes, ...] = ()

    @property
    def name(self) -> str:
        """Tells one master key from another without telling anything of it."""
        return name_of(self.current)

    def seal(self, data: bytes, aad: bytes) -> bytes:
        return seal_bytes(self.current, data, aad)

    def open(self, sealed: bytes, aad: bytes) -> bytes:
        """The plain bytes, whichever key sealed them. Raises cryptography's InvalidTag when none of ours did."""
        for key in (self.current, *self.others):
            try:
                return open_bytes(key, sealed, aad)
            except InvalidTag:
                continue
        raise InvalidTag


def name_of(key: bytes) -> str:
    return hashlib.sha256(b"trellis master key" + key).hexdigest()[:16]


def seal_bytes(key: bytes, data: bytes, aad: bytes) -> bytes:
    """Nonce followed by ciphertext and tag. `aad` binds it to its place: another place does not open it."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, data, aad)


def open_bytes(key: bytes, sealed: bytes, aad: bytes) -> bytes:
    """The plain bytes. Raises cryptography's InvalidTag when the key, the bytes or the place differ."""
    return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], aad)


def new_key() -> bytes:
    return AESGCM.generate_key(256)
