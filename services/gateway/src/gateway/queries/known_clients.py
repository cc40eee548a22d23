"""Clients and their episodes, as intake tells of them."""

from uuid import UUID

from shared.db import Transaction
from sqlalchemy import bindparam, select
from sqlmodel import col

from gateway.models import KnownClient, KnownEpisode

KNOWN_CLIENT = select(col(KnownClient.id)).where(col(KnownClient.id) == bindparam("client_id"))
EPISODES = select(KnownEpisode).where(col(KnownEpisode.client_id) == bindparam("client_id"))


async def is_known_client(tx: Transaction, client_id: UUID) -> bool:
    return bool(await tx.rows(KNOWN_CLIENT, client_id=client_id))


async def list_episodes(tx: Transaction, client_id: UUID) -> list[KnownEpisode]:
    return await tx.fetch_all(KnownEpisode, EPISODES, client_id=client_id)
