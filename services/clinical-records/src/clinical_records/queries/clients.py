"""Clients, as intake tells of them."""

from uuid import UUID

from shared.access import visible
from shared.db import Transaction
from sqlalchemy import select
from sqlmodel import col

from clinical_records.models import Client
from clinical_records.queries.statements import bare, uuid

CLIENT = select(Client).where(col(Client.id) == uuid("id"), visible(col(Client.id)))
CLIENT_LOCK = CLIENT.with_for_update()
CLIENT_BARE = bare(Client)


async def get_client(tx: Transaction, client_id: UUID) -> Client:
    return await tx.fetch_one(Client, CLIENT, id=client_id)


async def find_client(tx: Transaction, client_id: UUID) -> Client | None:
    return await tx.fetch_optional(Client, CLIENT_BARE, id=client_id)


async def lock_client(tx: Transaction, client_id: UUID) -> Client:
    return await tx.fetch_one(Client, CLIENT_LOCK, id=client_id)
