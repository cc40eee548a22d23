"""Sign-in clients and the agency's policy on signing in."""

from uuid import UUID

from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlalchemy import Uuid, bindparam, select
from sqlmodel import col

from gateway.models import SignInClient, SignInPolicy
from gateway.rules.sign_in_clients import ClientKind

SIGN_IN_CLIENTS = select(SignInClient)
SIGN_IN_CLIENT_LOCKED = select(SignInClient).where(col(SignInClient.id) == bindparam("client_id")).with_for_update()
SIGN_IN_CLIENT_NAMED = select(SignInClient).where(
    col(SignInClient.kind) == bindparam("kind"),
    col(SignInClient.partner_app_id).is_not_distinct_from(bindparam("app_id", type_=Uuid)),
)
POLICY = select(SignInPolicy)


async def list_sign_in_clients(tx: Transaction, page: PageRequest) -> Page[SignInClient]:
    return await tx.fetch_page(SignInClient, SIGN_IN_CLIENTS, page)


async def lock_sign_in_client(tx: Transaction, client_id: UUID) -> SignInClient:
    return await tx.fetch_one(SignInClient, SIGN_IN_CLIENT_LOCKED, client_id=client_id)


async def find_sign_in_client(tx: Transaction, kind: ClientKind, app_id: UUID | None) -> SignInClient | None:
    return await tx.fetch_optional(SignInClient, SIGN_IN_CLIENT_NAMED, kind=kind, app_id=app_id)


async def find_sign_in_policy(tx: Transaction) -> SignInPolicy | None:
    return await tx.fetch_optional(SignInPolicy, POLICY)
