import hashlib
import secrets
from uuid import UUID

from shared.clock import real_now
from shared.db import Transaction

from gateway import queries
from gateway.models import RecoveryCode

COUNT = 10
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Without those that are mistaken for each other."""


async def make_recovery_codes(tx: Transaction, user_id: UUID) -> list[str]:
    """Ten codes of 80 random bits, in groups of four; the old ones end. Only their digests are kept."""
    await queries.void_recovery_codes(tx, user_id, real_now())
    codes = ["".join(secrets.choice(LETTERS) for _ in range(16)) for _ in range(COUNT)]
    await tx.add_all([RecoveryCode(user_id=user_id, code_hash=digest_of(user_id, code)) for code in codes])
    return ["-".join(code[i : i + 4] for i in range(0, 16, 4)) for code in codes]


def digest_of(user_id: UUID, code: str) -> bytes:
    return hashlib.sha256(f"{user_id}|{code}".encode()).digest()
