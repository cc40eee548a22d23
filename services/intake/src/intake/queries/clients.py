"""Clients, and whom a new one may duplicate."""

from collections.abc import Sequence
from uuid import UUID

from shared.access import visible
from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlalchemy import bindparam, or_, select, text
from sqlmodel import col

from intake.models import Client
from intake.queries.statements import IDS
from intake.rules.clients import ClientStatus

MOST_CANDIDATES = 500

CLIENT = select(Client).where(col(Client.id) == bindparam("id"), visible(Client.id))
LOCK_CLIENT = CLIENT.with_for_update()
CLIENTS = select(Client).where(visible(Client.id))
CLIENTS_AMONG = CLIENTS.where(col(Client.id) == IDS)
LOCK_IDENTITY = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 24))")
# Deliberately without `visible`: a duplicate must be found whoever registers. Only ids leave.
CANDIDATES = (
    select(Client)
    .where(
        or_(
            col(Client.date_of_birth) == bindparam("date_of_birth"),
            (col(Client.last_name_soundex) == bindparam("soundex")) & (col(Client.birth_year) == bindparam("year")),
            col(Client.phone_digits) == bindparam("phone"),
            col(Client.member_id_plain) == bindparam("member_id"),
        ),
        col(Client.status) != ClientStatus.MERGED_INTO,
    )
    .order_by(col(Client.id))
    .limit(MOST_CANDIDATES)
)


async def get_client(tx: Transaction, client_id: UUID) -> Client:
    return await tx.fetch_one(Client, CLIENT, id=client_id)


async def lock_client(tx: Transaction, client_id: UUID) -> Client:
    return await tx.fetch_one(Client, LOCK_CLIENT, id=client_id)


async def list_clients(tx: Transaction, page: PageRequest) -> Page[Client]:
    return await tx.fetch_page(Client, CLIENTS, page)


async def list_clients_among(tx: Transaction, client_ids: Sequence[UUID]) -> list[Client]:
    return await tx.fetch_all(Client, CLIENTS_AMONG, ids=list(client_ids))


async def list_candidates(tx: Transaction, new: Client) -> list[Client]:
    """Who shares a blocking key. Registrations of one birth date wait for each other, so none misses another."""
    await tx.rows(LOCK_IDENTITY, key=f"{tx.agency_id}:identity:{new.date_of_birth}")
    return await tx.fetch_all(
        Client,
        CANDIDATES,
        date_of_birth=new.date_of_birth,
        soundex=new.last_name_soundex,
        year=new.birth_year,
        phone=new.phone_digits,
        member_id=new.member_id_plain,
    )
