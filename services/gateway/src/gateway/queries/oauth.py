"""Authorization codes and refresh tokens."""

from uuid import UUID

from shared.db import Transaction
from sqlalchemy import bindparam, select
from sqlmodel import col

from gateway.models import AuthorizationCode, RefreshToken

CODE_LOCKED = (
    select(AuthorizationCode).where(col(AuthorizationCode.code_hash) == bindparam("code_hash")).with_for_update()
)
TOKEN_LOCKED = select(RefreshToken).where(col(RefreshToken.token_hash) == bindparam("token_hash")).with_for_update()
TOKEN_BY_ID = select(RefreshToken).where(col(RefreshToken.id) == bindparam("token_id"))


async def lock_authorization_code(tx: Transaction, code_hash: bytes) -> AuthorizationCode | None:
    return await tx.fetch_optional(AuthorizationCode, CODE_LOCKED, code_hash=code_hash)


async def lock_refresh_token(tx: Transaction, token_hash: bytes) -> RefreshToken | None:
    return await tx.fetch_optional(RefreshToken, TOKEN_LOCKED, token_hash=token_hash)


async def get_refresh_token(tx: Transaction, token_id: UUID) -> RefreshToken:
    return await tx.fetch_one(RefreshToken, TOKEN_BY_ID, token_id=token_id)
