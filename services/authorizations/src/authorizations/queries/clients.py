"""Clients, as intake tells of them."""

from uuid import UUID

from shared.access import visible
from shared.db import Transaction
from sqlmodel import col, select

from authorizations.models import Client
from authorizations.queries.statements import BY_CLIENT, LOCK_NAME

CLIENT = select(Client).where(col(Client.id) == BY_CLIENT, visible(col(Client.id)))


async def lock_client(tx: Transaction, client_id: UUID) -> None:
    """One at a time over a client's units and charges: else a fact and what waits for it miss each other."""
    await tx.rows(LOCK_NAME, name=f"{tx.agency_id}:client:{client_id}")


async def get_client(tx: Transaction, client_id: UUID) -> Client:
    return await tx.fetch_one(Client, CLIENT, client_id=client_id)
