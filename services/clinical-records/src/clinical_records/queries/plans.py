"""Treatment plans, their objectives, signatures and editions."""

from uuid import UUID

from shared.access import visible
from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlalchemy import DateTime, bindparam, select, update
from sqlmodel import col

from clinical_records.models import Objective, Plan, PlanEdition, PlanSignature
from clinical_records.queries.statements import by_id, lists, paged, uuid
from clinical_records.rules.plans import PlanStatus

PLAN = by_id(Plan)
PLAN_LOCK = PLAN.with_for_update()
PLANS = lists(Plan, "client_id", "episode_id", "status")
OPEN_PLAN_LOCK = (
    select(Plan)
    .where(col(Plan.episode_id) == uuid("episode_id"), col(Plan.status) != PlanStatus.CLOSED)
    .with_for_update()
)
SIGNATURES = (
    select(PlanSignature)
    .where(
        col(PlanSignature.plan_id) == uuid("plan_id"),
        col(PlanSignature.withdrawn_at).is_(None),
        visible(col(PlanSignature.client_id)),
    )
    .order_by(col(PlanSignature.id))
)
EDITIONS = (
    select(PlanEdition)
    .where(col(PlanEdition.plan_id) == uuid("plan_id"), visible(col(PlanEdition.client_id)))
    .order_by(col(PlanEdition.number))
)
PLAN_OBJECTIVES = select(Objective).where(col(Objective.plan_id) == uuid("plan_id")).with_for_update()
ACTIVE_OBJECTIVES = select(col(Objective.id)).where(
    col(Objective.client_id) == uuid("client_id"),
    col(Objective.is_active).is_(True),
)
WITHDRAW_SIGNATURES = (
    update(PlanSignature)
    .where(
        col(PlanSignature.plan_id) == uuid("about_plan"),
        col(PlanSignature.withdrawn_at).is_(None),
    )
    .values(withdrawn_at=bindparam("at", type_=DateTime(timezone=True)), version=col(PlanSignature.version) + 1)
)


async def get_plan(tx: Transaction, plan_id: UUID) -> Plan:
    return await tx.fetch_one(Plan, PLAN, id=plan_id)


async def lock_plan(tx: Transaction, plan_id: UUID) -> Plan:
    return await tx.fetch_one(Plan, PLAN_LOCK, id=plan_id)


async def lock_open_plan(tx: Transaction, episode_id: UUID) -> Plan | None:
    return await tx.fetch_optional(Plan, OPEN_PLAN_LOCK, episode_id=episode_id)


async def list_plans(
    tx: Transaction, page: PageRequest, *, client_id: UUID | None, episode_id: UUID | None, status: PlanStatus | None
) -> Page[Plan]:
    return await paged(tx, Plan, PLANS, page, client_id=client_id, episode_id=episode_id, status=status)


async def list_signatures(tx: Transaction, plan_id: UUID) -> list[PlanSignature]:
    return await tx.fetch_all(PlanSignature, SIGNATURES, plan_id=plan_id)


async def withdraw_signatures(tx: Transaction, plan_id: UUID) -> int:
    """A plan that goes back to draft is signed anew."""
    return await tx.run(WITHDRAW_SIGNATURES, about_plan=plan_id, at=tx.now)


async def list_editions(tx: Transaction, plan_id: UUID) -> list[PlanEdition]:
    return await tx.fetch_all(PlanEdition, EDITIONS, plan_id=plan_id)


async def lock_objectives(tx: Transaction, plan_id: UUID) -> list[Objective]:
    return await tx.fetch_all(Objective, PLAN_OBJECTIVES, plan_id=plan_id)


async def list_active_objective_ids(tx: Transaction, client_id: UUID) -> frozenset[UUID]:
    return frozenset(row[0] for row in await tx.rows(ACTIVE_OBJECTIVES, client_id=client_id))


EDITION = by_id(PlanEdition)


async def get_edition(tx: Transaction, edition_id: UUID) -> PlanEdition:
    return await tx.fetch_one(PlanEdition, EDITION, id=edition_id)
