"""What a seal of the audit is: leaves and tree of RFC 6962, a chain of heads, an Ed25519 signature over each head.

A row's leaf is the hash of all its columns as jsonb in UTC, those without a value left out: a column that is
added later changes no leaf of before.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from shared.crypto import MasterKeys

START = bytes(32)
SIZE = 32


def leaf_of(said: str) -> bytes:
    return hashlib.sha256(b"\0" + said.encode()).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The Merkle tree hash of RFC 6962, section 2.1. An odd node at the end of a level rises as it is."""
    level = list(leaves)
    while len(level) > 1:
        pairs = [
            hashlib.sha256(b"\1" + one + other).digest() for one, other in zip(level[::2], level[1::2], strict=False)
        ]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


@dataclass(frozen=True)
class Seal:
    agency_id: UUID
    number: int
    after_id: int
    until_id: int
    ids: list[int]
    leaves: bytes
    root: bytes
    previous: bytes
    head: bytes
    key_id: str
    signature: bytes
    at: datetime

    def leaf(self, place: int) -> bytes:
        return self.leaves[place * SIZE : place * SIZE + SIZE]

    @property
    def is_whole(self) -> bool:
        """Root and head are those of what the seal says of itself."""
        found = [self.leaf(place) for place in range(len(self.ids))]
        said = (self.agency_id, self.number, self.after_id, self.until_id, self.ids, self.root, self.previous, self.at)
        return root_of(found) == self.root and head_of(*said) == self.head


def head_of(
    agency: UUID, number: int, after: int, until: int, ids: Sequence[int], root: bytes, previous: bytes, at: datetime
) -> bytes:
    places = hashlib.sha256(b"".join(one.to_bytes(8) for one in ids)).hexdigest()
    said = [str(agency), number, after, until, len(ids), places, root.hex(), previous.hex(), at.timestamp()]
    return hashlib.sha256(json.dumps(said).encode()).digest()


def new_seal(
    last: Seal | None, agency: UUID, rows: Sequence[tuple[int, bytes]], until: int, at: datetime, signer: "Signer"
) -> Seal:
    """The next seal of an agency over rows (id, leaf) in order of id."""
    number, after, previous = (last.number + 1, last.until_id, last.head) if last else (1, 0, START)
    ids, leaves = [one for one, _ in rows], [leaf for _, leaf in rows]
    root = root_of(leaves)
    head = head_of(agency, number, after, until, ids, root, previous, at)
    return Seal(
        agency, number, after, until, ids, b"".join(leaves), root, previous, head, signer.key_id, signer.sign(head), at
    )


@dataclass(frozen=True)
class Signer:
    """A pair of keys. The key's id is the hash of its public half."""

    key_id: str
    private: Ed25519PrivateKey

    @classmethod
    def new(cls) -> "Signer":
        return cls.of(Ed25519PrivateKey.generate())

    @classmethod
    def of(cls, private: Ed25519PrivateKey) -> "Signer":
        public = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return cls(hashlib.sha256(public).hexdigest()[:16], private)

    @classmethod
    def opened(cls, key_id: str, sealed: bytes, masters: MasterKeys) -> "Signer":
        """Raises InvalidTag when none of our master keys sealed it: then it is not ours."""
        return cls.of(Ed25519PrivateKey.from_private_bytes(masters.open(sealed, f"seal_key|{key_id}".encode())))

    def closed(self, masters: MasterKeys) -> bytes:
        raw = self.private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        return masters.seal(raw, f"seal_key|{self.key_id}".encode())

    @property
    def public(self) -> Ed25519PublicKey:
        return self.private.public_key()

    def sign(self, head: bytes) -> bytes:
        return self.private.sign(head)


def is_signed(seal: Seal, keys: dict[str, Ed25519PublicKey]) -> bool:
    try:
        keys[seal.key_id].verify(seal.signature, seal.head)
    except (KeyError, InvalidSignature):
        return False
    return True
