"""Discharges."""

from uuid import UUID

from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlalchemy import select
from sqlmodel import col

from clinical_records.models import Discharge
from clinical_records.queries.statements import by_id, lists, paged, uuid
from clinical_records.rules.discharges import DischargeStatus

DISCHARGE = by_id(Discharge)
DISCHARGE_LOCK = DISCHARGE.with_for_update()
DISCHARGES = lists(Discharge, "client_id", "episode_id", "status")
DISCHARGE_OF_EPISODE = select(Discharge).where(col(Discharge.episode_id) == uuid("episode_id"))


async def get_discharge(tx: Transaction, discharge_id: UUID) -> Discharge:
    return await tx.fetch_one(Discharge, DISCHARGE, id=discharge_id)


async def lock_discharge(tx: Transaction, discharge_id: UUID) -> Discharge:
    return await tx.fetch_one(Discharge, DISCHARGE_LOCK, id=discharge_id)


async def find_discharge_of(tx: Transaction, episode_id: UUID) -> Discharge | None:
    return await tx.fetch_optional(Discharge, DISCHARGE_OF_EPISODE, episode_id=episode_id)


async def list_discharges(
    tx: Transaction,
    page: PageRequest,
    *,
    client_id: UUID | None,
    episode_id: UUID | None,
    status: DischargeStatus | None,
) -> Page[Discharge]:
    return await paged(tx, Discharge, DISCHARGES, page, client_id=client_id, episode_id=episode_id, status=status)
