"""Authorizations and the ledger of their units."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from shared.access import visible
from shared.db import Transaction
from shared.pagination import Page, PageRequest, encode
from sqlmodel import col, select

from authorizations.models import Authorization, UnitEntry
from authorizations.queries.statements import BY_CLIENT, BY_ID, ID, KIND, ON, TEXT, same
from authorizations.rules.authorizations import OPEN as OPEN_AUTHORIZATIONS
from authorizations.rules.authorizations import AuthorizationStatus
from authorizations.rules.service_codes import ServiceKind

AUTHORIZATION = select(Authorization).where(col(Authorization.id) == BY_ID, visible(col(Authorization.client_id)))
LOCK_AUTHORIZATION = AUTHORIZATION.with_for_update()
AUTHORIZATIONS = select(Authorization).where(
    same(col(Authorization.client_id), "client_id", ID),
    same(col(Authorization.status), "status", TEXT),
    visible(col(Authorization.client_id)),
)
# An expired authorization still pays for what was done inside its window; only new terms end an old promise.
LOCK_WINDOWS = (
    select(Authorization)
    .where(
        col(Authorization.client_id) == BY_CLIENT,
        col(Authorization.service_kind) == KIND,
        col(Authorization.valid_from) <= ON,
        col(Authorization.valid_until) >= ON,
        col(Authorization.status) != AuthorizationStatus.REVISED.value,
    )
    .order_by(col(Authorization.valid_until), col(Authorization.id))
    .with_for_update()
)
LOCK_OPEN = (
    select(Authorization)
    .where(col(Authorization.client_id) == BY_CLIENT, col(Authorization.status).in_(sorted(OPEN_AUTHORIZATIONS)))
    .order_by(col(Authorization.valid_until), col(Authorization.id))
    .with_for_update()
)
LEDGER = (
    select(UnitEntry)
    .where(
        col(UnitEntry.authorization_id) == sa.bindparam("authorization_id", type_=ID),
        visible(col(UnitEntry.client_id)),
        col(UnitEntry.sequence) > sa.bindparam("after", type_=sa.Integer()),
    )
    .order_by(col(UnitEntry.sequence))
    .limit(sa.bindparam("size", type_=sa.Integer()))
)
ENTRIES = (
    select(UnitEntry)
    .where(col(UnitEntry.appointment_id) == BY_ID)
    .order_by(col(UnitEntry.authorization_id), col(UnitEntry.sequence))
)


async def get_authorization(tx: Transaction, authorization_id: UUID) -> Authorization:
    return await tx.fetch_one(Authorization, AUTHORIZATION, id=authorization_id)


async def lock_authorization(tx: Transaction, authorization_id: UUID) -> Authorization:
    return await tx.fetch_one(Authorization, LOCK_AUTHORIZATION, id=authorization_id)


async def list_authorizations(
    tx: Transaction, page: PageRequest, *, client_id: UUID | None, status: AuthorizationStatus | None
) -> Page[Authorization]:
    return await tx.fetch_page(Authorization, AUTHORIZATIONS, page, client_id=client_id, status=status)


async def lock_windows(tx: Transaction, client_id: UUID, *, service_kind: ServiceKind, on: date) -> list[Authorization]:
    return await tx.fetch_all(Authorization, LOCK_WINDOWS, client_id=client_id, service_kind=service_kind, on=on)


async def lock_open_authorizations(tx: Transaction, client_id: UUID) -> list[Authorization]:
    return await tx.fetch_all(Authorization, LOCK_OPEN, client_id=client_id)


async def list_ledger(tx: Transaction, authorization_id: UUID, page: PageRequest) -> Page[UnitEntry]:
    """In the order of the entries, oldest first; the cursor holds the last entry's sequence."""
    after = page.after.int if page.after else 0
    found = await tx.fetch_all(UnitEntry, LEDGER, authorization_id=authorization_id, after=after, size=page.limit + 1)
    shown = found[: page.limit]
    cursor = encode(UUID(int=shown[-1].sequence)) if len(found) > page.limit else None
    return Page[UnitEntry].model_construct(items=shown, next_cursor=cursor)


async def list_entries(tx: Transaction, appointment_id: UUID) -> list[UnitEntry]:
    return await tx.fetch_all(UnitEntry, ENTRIES, id=appointment_id)
