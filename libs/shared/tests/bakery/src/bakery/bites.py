"""Bites: a command with every kind of consequence, each of which must come once, whatever dies."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

import httpx
import sqlalchemy as sa
from fastapi import APIRouter
from shared.auth import Principal, requires
from shared.db import Transaction, uuid7
from shared.edge import NEEDS_KEY, Tx, leaving
from shared.outbound import Attempt, Outcome
from shared.schemas import In, Out
from shared.timers import Timer

from bakery.contracts import BiteNoted, BitePraised, CrumbsSwept, LoafBitten
from bakery.models import Bite, Effect
from bakery.settings import Settings

CanBake = Annotated[Principal, requires("loaves:write")]
GET_BITE = sa.select(Bite).where(Bite.id == sa.bindparam("bite_id"))
router = APIRouter(prefix="/v1/loaves", tags=["bites"], route_class=leaving("bread"))


class Also(StrEnum):
    NOTHING = "nothing"
    PRAISE = "praise"
    TIMER = "timer"
    FAX = "fax"


class NewBite(In):
    client_id: UUID
    also: Also = Also.NOTHING


class BiteOut(Out):
    id: UUID
    version: int


@router.post("/{loaf_id}/bites", response_model=BiteOut, status_code=201, openapi_extra=NEEDS_KEY)
async def bite_loaf(loaf_id: UUID, new: NewBite, tx: Tx, by: CanBake) -> Bite:
    """Bite into a loaf. No row of the loaf is locked: order comes from the plumbing alone."""
    bite = await tx.add(Bite(loaf_id=loaf_id, client_id=new.client_id, also=new.also))
    tx.audit("loaf.bite", subject=bite.client_id, resource=bite.id, by=by)
    if new.also == Also.PRAISE:
        tx.publish(BitePraised(bite_id=bite.id, client_id=bite.client_id))
    if new.also == Also.TIMER:
        await tx.start_timer("crumbs", subject=bite.id, due_at=tx.now)
    if new.also == Also.FAX:
        await tx.send("fax", subject=bite.id, payload={"bite_id": bite.id})
    tx.publish(LoafBitten(loaf_id=loaf_id, client_id=bite.client_id, bite_id=bite.id))
    return bite


async def on_bite_noted(tx: Transaction, event: BiteNoted) -> None:
    await tx.add(effect(tx, event.bite_id, "bite.noted"))


async def on_crumbs(tx: Transaction, timer: Timer) -> None:
    bite = await tx.fetch_one(Bite, GET_BITE, bite_id=timer.subject)
    await tx.add(effect(tx, bite.id, "crumbs"))
    tx.publish(CrumbsSwept(loaf_id=bite.loaf_id, client_id=bite.client_id, bite_id=bite.id))


TLS = httpx.create_ssl_context()
"""Made once: each client's own would hold a megabyte until the collector looks."""


async def send_fax(attempt: Attempt) -> Outcome:
    """To a real receiver, which counts the identifiers that it sees."""
    async with httpx.AsyncClient(timeout=5, verify=TLS) as client:
        answer = await client.post(Settings().receiver_url, headers={"webhook-id": str(attempt.id)})
    return Outcome(is_final=answer.is_success, is_sent=answer.is_success)


async def record_fax(tx: Transaction, attempt: Attempt, outcome: Outcome) -> None:
    await tx.add(effect(tx, attempt.subject, "fax"))


def effect(tx: Transaction, bite: UUID, what: str) -> Effect:
    """With an id by chance, so that a second effect of one event stands beside the first."""
    return Effect(id=uuid7(), bite_id=bite, event_id=tx.cause or bite, what=what)
