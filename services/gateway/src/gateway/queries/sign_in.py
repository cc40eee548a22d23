"""Credentials, recovery codes and visits to the sign-in pages."""

from datetime import datetime
from uuid import UUID

from shared.db import Transaction
from sqlalchemy import bindparam, select, update
from sqlmodel import col

from gateway.models import Credential, RecoveryCode, Visit
from gateway.queries.statements import MOMENT

CREDENTIAL = select(Credential).where(col(Credential.id) == bindparam("user_id"))
CREDENTIAL_LOCKED = CREDENTIAL.with_for_update()
UNUSED_CODE = (
    select(RecoveryCode)
    .where(
        col(RecoveryCode.user_id) == bindparam("user_id"),
        col(RecoveryCode.code_hash) == bindparam("code_hash"),
        col(RecoveryCode.used_at).is_(None),
    )
    .with_for_update()
)
VOID_CODES = (
    update(RecoveryCode)
    .where(col(RecoveryCode.user_id) == bindparam("whose"), col(RecoveryCode.used_at).is_(None))
    .values(used_at=bindparam("at", type_=MOMENT), version=col(RecoveryCode.version) + 1)
)
VISIT_LOCKED = select(Visit).where(col(Visit.secret_hash) == bindparam("secret_hash")).with_for_update()


async def find_credential(tx: Transaction, user_id: UUID) -> Credential | None:
    return await tx.fetch_optional(Credential, CREDENTIAL, user_id=user_id)


async def lock_credential(tx: Transaction, user_id: UUID) -> Credential | None:
    return await tx.fetch_optional(Credential, CREDENTIAL_LOCKED, user_id=user_id)


async def lock_unused_code(tx: Transaction, user_id: UUID, code_hash: bytes) -> RecoveryCode | None:
    return await tx.fetch_optional(RecoveryCode, UNUSED_CODE, user_id=user_id, code_hash=code_hash)


async def void_recovery_codes(tx: Transaction, user_id: UUID, at: datetime) -> None:
    await tx.run(VOID_CODES, whose=user_id, at=at)


async def lock_visit(tx: Transaction, secret_hash: bytes) -> Visit | None:
    return await tx.fetch_optional(Visit, VISIT_LOCKED, secret_hash=secret_hash)
