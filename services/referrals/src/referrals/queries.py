"""Every select, and who may see which rows: whoever reaches the client, by caseload or by the agency's roles.

An aftercare plan may also be seen by the case managers of its clinic, whose list it is on: after a discharge nobody has
the person on a caseload any more. The clinic is a wall in the database.
"""

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from privacy.decision import ConsentFacts
from shared.access import visible
from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from referrals.models import (
    AftercarePlan,
    Client,
    Consent,
    DirectoryService,
    Location,
    Need,
    Organization,
    Part2Episode,
    Referral,
    ServiceAtLocation,
)
from referrals.rules.aftercare import OWNER, AftercareStatus
from referrals.rules.directory import ServiceStatus
from referrals.rules.needs import NeedStatus
from referrals.rules.referrals import SHARED, UNSENT, ConsentState, ReferralStatus


def same(column: Any, name: str, kind: Any) -> sa.ColumnElement[bool]:
    """A filter of a list: left out when the parameter is None."""
    wanted = sa.bindparam(name, type_=kind)
    return sa.or_(wanted.is_(None), column == wanted)


TEXT, ID = sa.String(), sa.Uuid()
BY_ID = sa.bindparam("id", type_=ID)
BY_CLIENT = sa.bindparam("client_id", type_=ID)

ORGANIZATION = select(Organization).where(col(Organization.id) == BY_ID)
ORGANIZATIONS = select(Organization)
SERVICE = select(DirectoryService).where(col(DirectoryService.id) == BY_ID)
LOCK_SERVICE = SERVICE.with_for_update()
LITERALLY = str.maketrans({c: "\\" + c for c in "\\%_"})
SEARCHED = sa.bindparam("q", type_=TEXT)
SERVICES = select(DirectoryService).where(
    same(col(DirectoryService.status), "status", TEXT),
    same(col(DirectoryService.organization_id), "organization_id", ID),
    sa.or_(
        SEARCHED.is_(None),
        col(DirectoryService.search_text).like(sa.bindparam("pattern", type_=TEXT), escape="\\"),
        SEARCHED.op("<%", is_comparison=True)(col(DirectoryService.search_text)),
    ),
)
LOCATION = select(Location).where(col(Location.id) == BY_ID)
LOCATIONS = select(Location).where(same(col(Location.organization_id), "organization_id", ID))
PLACES = select(ServiceAtLocation).where(col(ServiceAtLocation.service_id) == sa.bindparam("service_id", type_=ID))

CLIENT = select(Client).where(col(Client.id) == BY_CLIENT)
VISIBLE_CLIENT = CLIENT.where(visible(col(Client.id)))
PART2 = (
    select(Part2Episode).where(col(Part2Episode.client_id) == BY_CLIENT).order_by(col(Part2Episode.id).desc()).limit(1)
)
PART2_EPISODES = select(col(Part2Episode.id)).where(
    col(Part2Episode.client_id) == BY_CLIENT, same(col(Part2Episode.id), "episode_id", ID)
)
CONSENTS = select(Consent).where(col(Consent.client_id) == BY_CLIENT).order_by(col(Consent.id))
LOCK_CONSENT = select(Consent).where(col(Consent.id) == BY_ID).with_for_update()

NEED = select(Need).where(col(Need.id) == BY_ID, visible(col(Need.client_id)))
LOCK_NEED = NEED.with_for_update()
NEEDS = select(Need).where(
    same(col(Need.client_id), "client_id", ID), same(col(Need.status), "status", TEXT), visible(col(Need.client_id))
)
REFERRAL = select(Referral).where(col(Referral.id) == BY_ID, visible(col(Referral.client_id)))
LOCK_REFERRAL = REFERRAL.with_for_update()
REFERRALS = select(Referral).where(
    same(col(Referral.client_id), "client_id", ID),
    same(col(Referral.status), "status", TEXT),
    visible(col(Referral.client_id)),
)
LOCK_OPEN_REFERRALS = (
    select(Referral)
    .where(
        col(Referral.client_id) == BY_CLIENT,
        col(Referral.status).in_(sorted(UNSENT | SHARED)),
    )
    .order_by(col(Referral.id))
    .with_for_update()
)

ON_LIST = sa.or_(visible(col(AftercarePlan.client_id)), sa.bindparam("on_list", type_=sa.Boolean()))
AFTERCARE = select(AftercarePlan).where(col(AftercarePlan.id) == BY_ID, ON_LIST)
LOCK_AFTERCARE = AFTERCARE.with_for_update()
AFTERCARES = select(AftercarePlan).where(
    same(col(AftercarePlan.client_id), "client_id", ID), same(col(AftercarePlan.status), "status", TEXT), ON_LIST
)

ROW = {
    "agency_id": sa.bindparam("for_agency"),
    "created_at": sa.bindparam("at"),
    "version": 1,
    "id": sa.bindparam("new_id"),
}
OF_CLIENT = sa.bindparam("of_client", type_=ID)
KEEP_CLIENT = (
    insert(Client)
    .values(**ROW, clinic_id=sa.bindparam("at_clinic"), age_band=sa.bindparam("new_band"))
    .on_conflict_do_nothing(index_elements=["agency_id", "id"])
)
KEEP_PART2 = (
    insert(Part2Episode)
    .values(**ROW, client_id=OF_CLIENT, program_id=sa.bindparam("of_program", type_=ID))
    .on_conflict_do_nothing(index_elements=["agency_id", "id"])
)


async def get_organization(tx: Transaction, organization_id: UUID) -> Organization:
    return await tx.fetch_one(Organization, ORGANIZATION, id=organization_id)


async def list_organizations(tx: Transaction, page: PageRequest) -> Page[Organization]:
    return await tx.fetch_page(Organization, ORGANIZATIONS, page)


async def get_service(tx: Transaction, service_id: UUID) -> DirectoryService:
    return await tx.fetch_one(DirectoryService, SERVICE, id=service_id)


async def lock_service(tx: Transaction, service_id: UUID) -> DirectoryService:
    return await tx.fetch_one(DirectoryService, LOCK_SERVICE, id=service_id)


async def list_services(
    tx: Transaction,
    page: PageRequest,
    *,
    q: str | None,
    status: ServiceStatus | None,
    organization_id: UUID | None,
) -> Page[DirectoryService]:
    """The words are looked for as they stand and by likeness (trigrams), so that a slip of the pen still finds."""
    words = q.lower() if q else None
    pattern = f"%{words.translate(LITERALLY)}%" if words else None
    return await tx.fetch_page(
        DirectoryService, SERVICES, page, q=words, pattern=pattern, status=status, organization_id=organization_id
    )


async def get_location(tx: Transaction, location_id: UUID) -> Location:
    return await tx.fetch_one(Location, LOCATION, id=location_id)


async def list_locations(tx: Transaction, page: PageRequest, *, organization_id: UUID | None) -> Page[Location]:
    return await tx.fetch_page(Location, LOCATIONS, page, organization_id=organization_id)


async def list_places(tx: Transaction, page: PageRequest, *, service_id: UUID) -> Page[ServiceAtLocation]:
    return await tx.fetch_page(ServiceAtLocation, PLACES, page, service_id=service_id)


async def keep_client(tx: Transaction, client_id: UUID, *, clinic_id: UUID, age_band: str) -> None:
    row = {"for_agency": tx.agency_id, "at": tx.now, "new_id": client_id}
    await tx.run(KEEP_CLIENT, **row, at_clinic=clinic_id, new_band=age_band)


async def get_visible_client(tx: Transaction, client_id: UUID) -> Client:
    return await tx.fetch_one(Client, VISIBLE_CLIENT, client_id=client_id)


async def find_client(tx: Transaction, client_id: UUID) -> Client | None:
    return await tx.fetch_optional(Client, CLIENT, client_id=client_id)


async def keep_part2_episode(tx: Transaction, episode_id: UUID, client_id: UUID, program_id: UUID) -> None:
    row = {"for_agency": tx.agency_id, "at": tx.now, "new_id": episode_id}
    await tx.run(KEEP_PART2, **row, of_client=client_id, of_program=program_id)


async def find_part2_episode(tx: Transaction, client_id: UUID) -> Part2Episode | None:
    return await tx.fetch_optional(Part2Episode, PART2, client_id=client_id)


async def list_part2_marks(tx: Transaction, client_id: UUID, episode_id: UUID | None) -> list[bool]:
    """One for each of the episodes of Part 2: this one, or without one all the client's. No others are kept here."""
    return [True for _ in await tx.rows(PART2_EPISODES, client_id=client_id, episode_id=episode_id)]


async def lock_consent(tx: Transaction, consent_id: UUID) -> Consent | None:
    return await tx.fetch_optional(Consent, LOCK_CONSENT, id=consent_id)


async def list_consents(tx: Transaction, client_id: UUID) -> list[ConsentFacts]:
    rows = await tx.fetch_all(Consent, CONSENTS, client_id=client_id)
    return [
        ConsentFacts(
            row.id,
            row.type,
            row.effective_from,
            row.expires_at,
            row.state is ConsentState.ACTIVE,
            recipient_ids=frozenset(UUID(r) for r in row.recipient_ids),
            purposes=frozenset(row.purposes),
            data_classes=frozenset(row.data_classes),
            program_ids=frozenset(UUID(p) for p in row.program_ids),
        )
        for row in rows
    ]


async def get_need(tx: Transaction, need_id: UUID) -> Need:
    return await tx.fetch_one(Need, NEED, id=need_id)


async def lock_need(tx: Transaction, need_id: UUID) -> Need:
    return await tx.fetch_one(Need, LOCK_NEED, id=need_id)


async def list_needs(
    tx: Transaction, page: PageRequest, *, client_id: UUID | None, status: NeedStatus | None
) -> Page[Need]:
    return await tx.fetch_page(Need, NEEDS, page, client_id=client_id, status=status)


async def get_referral(tx: Transaction, referral_id: UUID) -> Referral:
    return await tx.fetch_one(Referral, REFERRAL, id=referral_id)


async def lock_referral(tx: Transaction, referral_id: UUID) -> Referral:
    return await tx.fetch_one(Referral, LOCK_REFERRAL, id=referral_id)


async def list_referrals(
    tx: Transaction,
    page: PageRequest,
    *,
    client_id: UUID | None,
    status: ReferralStatus | None,
) -> Page[Referral]:
    return await tx.fetch_page(Referral, REFERRALS, page, client_id=client_id, status=status)


async def lock_open_referrals(tx: Transaction, client_id: UUID) -> list[Referral]:
    return await tx.fetch_all(Referral, LOCK_OPEN_REFERRALS, client_id=client_id)


async def get_aftercare_plan(tx: Transaction, plan_id: UUID) -> AftercarePlan:
    return await tx.fetch_one(AftercarePlan, AFTERCARE, id=plan_id, on_list=OWNER in tx.by.roles)


async def lock_aftercare_plan(tx: Transaction, plan_id: UUID) -> AftercarePlan:
    return await tx.fetch_one(AftercarePlan, LOCK_AFTERCARE, id=plan_id, on_list=OWNER in tx.by.roles)


async def list_aftercare_plans(
    tx: Transaction,
    page: PageRequest,
    *,
    client_id: UUID | None,
    status: AftercareStatus | None,
) -> Page[AftercarePlan]:
    return await tx.fetch_page(
        AftercarePlan, AFTERCARES, page, client_id=client_id, status=status, on_list=OWNER in tx.by.roles
    )
