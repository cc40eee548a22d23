"""Measures given to clients."""

from datetime import datetime
from uuid import UUID

from shared.db import Transaction
from shared.labels import LABELS
from shared.pagination import Page, PageRequest
from sqlalchemy import DateTime, String, bindparam, select, update
from sqlmodel import col

from clinical_records.models import MeasureAdministration
from clinical_records.queries.statements import bare, by_id, lists, paged, uuid
from clinical_records.rules.measures import TAKES_ANSWERS, InstrumentCode, MeasureStatus

ADMINISTRATION = by_id(MeasureAdministration)
ADMINISTRATION_LOCK = ADMINISTRATION.with_for_update()
ADMINISTRATION_BARE_LOCK = bare(MeasureAdministration).with_for_update()
ADMINISTRATIONS = lists(MeasureAdministration, "client_id", "episode_id", "instrument", "status")
SCORED = (
    select(MeasureAdministration)
    .where(
        col(MeasureAdministration.client_id) == uuid("client_id"),
        col(MeasureAdministration.episode_id).is_not_distinct_from(uuid("episode_id")),
        col(MeasureAdministration.status) == MeasureStatus.SCORED,
    )
    .order_by(col(MeasureAdministration.scored_at), col(MeasureAdministration.id))
)
SCORED_WITH = SCORED.where(col(MeasureAdministration.instrument) == bindparam("instrument", type_=String))
ATTACH_ADMINISTRATIONS = (
    update(MeasureAdministration)
    .where(
        col(MeasureAdministration.client_id) == uuid("about_client"),
        col(MeasureAdministration.episode_id).is_(None),
        col(MeasureAdministration.created_at) >= bindparam("since", type_=DateTime(timezone=True)),
    )
    .values(
        episode_id=uuid("to_episode"),
        security_labels=bindparam("labels", type_=LABELS),
        version=col(MeasureAdministration.version) + 1,
    )
)


async def get_administration(tx: Transaction, administration_id: UUID) -> MeasureAdministration:
    return await tx.fetch_one(MeasureAdministration, ADMINISTRATION, id=administration_id)


async def lock_administration(tx: Transaction, administration_id: UUID) -> MeasureAdministration:
    return await tx.fetch_one(MeasureAdministration, ADMINISTRATION_LOCK, id=administration_id)


async def lock_open_administration(tx: Transaction, administration_id: UUID) -> MeasureAdministration | None:
    """None when it no longer takes answers."""
    found = await tx.fetch_optional(MeasureAdministration, ADMINISTRATION_BARE_LOCK, id=administration_id)
    return found if found and found.status in TAKES_ANSWERS else None


async def list_administrations(
    tx: Transaction,
    page: PageRequest,
    *,
    client_id: UUID | None,
    episode_id: UUID | None,
    instrument: InstrumentCode | None,
    status: MeasureStatus | None,
) -> Page[MeasureAdministration]:
    return await paged(
        tx, MeasureAdministration, ADMINISTRATIONS, page,
        client_id=client_id, episode_id=episode_id, instrument=instrument, status=status,
    )  # fmt: skip


async def list_scored(
    tx: Transaction, client_id: UUID, episode_id: UUID | None, instrument: InstrumentCode
) -> list[MeasureAdministration]:
    """What was scored in the episode so far, the baseline first."""
    return await tx.fetch_all(
        MeasureAdministration, SCORED_WITH, client_id=client_id, episode_id=episode_id, instrument=instrument.value
    )


async def list_scored_in_episode(tx: Transaction, client_id: UUID, episode_id: UUID) -> list[MeasureAdministration]:
    return await tx.fetch_all(MeasureAdministration, SCORED, client_id=client_id, episode_id=episode_id)


async def attach_administrations(
    tx: Transaction, client_id: UUID, episode_id: UUID, since: datetime, *, labels: list[str]
) -> int:
    """What was answered before admission belongs to the episode that it led to."""
    told = {"about_client": client_id, "to_episode": episode_id, "labels": labels}
    return await tx.run(ATTACH_ADMINISTRATIONS, since=since, **told)
