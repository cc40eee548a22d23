"""Bakes, sells, tells."""

from typing import Annotated
from uuid import UUID

import sqlalchemy as sa
from fastapi import APIRouter
from shared.access import visible
from shared.app import create_app
from shared.auth import Principal, requires
from shared.consumer import handlers, on
from shared.db import Transaction
from shared.edge import NEEDS_KEY, Tx, leaving
from shared.errors import Early, Refused
from shared.events import Event
from shared.glass import BREAKING_GLASS
from shared.outbound import port, ports
from shared.pagination import Page, Paging
from shared.projections import projections
from shared.schemas import In, Out
from shared.signed_out import SIGNING_OUT
from shared.timers import Timer, due, timers

from bakery.bites import on_bite_noted, on_crumbs, record_fax, send_fax
from bakery.bites import router as bites
from bakery.contracts import BiteNoted
from bakery.models import Loaf
from bakery.settings import Settings


class LoafBaked(Event, name="loaf.baked.v1", aggregate="loaf_id", topic="bakery"):
    loaf_id: UUID
    client_id: UUID
    kind: str


class LoafEaten(Event, name="loaf.eaten.v1", aggregate="loaf_id", topic="table"):
    loaf_id: UUID
    client_id: UUID


class SoldOut(Refused):
    code, title = "sold-out", "There is none left"


class NewLoaf(In):
    kind: str
    clinic_id: UUID
    client_id: UUID


class LoafOut(Out):
    id: UUID
    kind: str
    version: int


GET = sa.select(Loaf).where(Loaf.id == sa.bindparam("loaf_id"), visible(Loaf.client_id))
WHOSE = sa.bindparam("client_id", type_=sa.Uuid())
LIST = sa.select(Loaf).where(visible(Loaf.client_id), sa.or_(WHOSE.is_(None), Loaf.client_id == WHOSE))
CanBake = Annotated[Principal, requires("loaves:write")]
CanLook = Annotated[Principal, requires("loaves:read")]
router = APIRouter(prefix="/v1/loaves", tags=["loaves"], route_class=leaving("bread"))


@router.post("", response_model=LoafOut, status_code=201, openapi_extra=NEEDS_KEY)
async def bake_loaf(new: NewLoaf, tx: Tx, by: CanBake) -> Loaf:
    """Bake a loaf."""
    if new.kind == "cake":
        raise SoldOut("There is no cake; bread would be allowed.")
    loaf = await tx.add(Loaf(**new.model_dump()))
    tx.audit("loaf.bake", subject=loaf.client_id, resource=loaf.id, by=by)
    tx.publish(LoafBaked(loaf_id=loaf.id, client_id=loaf.client_id, kind=loaf.kind))
    return loaf


@router.patch("/{loaf_id}", response_model=LoafOut)
async def change_loaf(loaf_id: UUID, new: NewLoaf, tx: Tx, by: CanBake) -> Loaf:
    """Change a loaf."""
    loaf = await tx.fetch_one(Loaf, GET, loaf_id=loaf_id)
    tx.expect(loaf)
    loaf.kind = new.kind
    return await tx.save(loaf)


@router.get("/{loaf_id}", response_model=LoafOut)
async def get_loaf(loaf_id: UUID, tx: Tx, by: CanLook) -> Loaf:
    """Look at a loaf."""
    return await tx.fetch_one(Loaf, GET, loaf_id=loaf_id)


@router.get("", response_model=Page[LoafOut])
async def list_loaves(tx: Tx, by: CanLook, page: Paging, client_id: UUID | None = None) -> Page[Loaf]:
    """Look at the shelf."""
    return await tx.fetch_page(Loaf, LIST, page, client_id=client_id)


async def on_loaf_baked(tx: Transaction, event: LoafBaked) -> None:
    await tx.add(Loaf(id=tx.new_id(), kind=f"copy of {event.kind}", clinic_id=event.loaf_id, client_id=event.client_id))
    tx.audit("loaf.copy", subject=event.client_id, by=tx.by)
    await tx.supply(f"loaf:{event.loaf_id}")


async def on_loaf_eaten(tx: Transaction, event: LoafEaten) -> None:
    found = await tx.fetch_all(Loaf, sa.select(Loaf).where(Loaf.clinic_id == event.loaf_id))
    if not found:
        raise Early(f"loaf:{event.loaf_id}")
    found[0].kind = "eaten"
    await tx.save(found[0])


async def on_stale_bread(tx: Transaction, timer: Timer) -> None:
    tx.publish(LoafBaked(loaf_id=timer.subject, client_id=timer.subject, kind="stale"))


app = create_app(
    "bakery",
    Settings(),
    routers=[router, bites],
    handlers=handlers(
        on(LoafBaked, on_loaf_baked), on(LoafEaten, on_loaf_eaten), on(BiteNoted, on_bite_noted, topics=["eater"])
    ),
    projections=projections(*SIGNING_OUT, *BREAKING_GLASS),
    timers=timers(due("stale_bread", on_stale_bread), due("crumbs", on_crumbs)),
    ports=ports(port("fax", send_fax, record=record_fax, leaves=None)),
)
