"""Who is out: projected in every service from what the gateway tells, and kept in memory where tokens are verified."""

import asyncio
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from shared.auth import LEEWAY, LONGEST, Verifier
from shared.clock import real_now
from shared.contracts.gateway import (
    AgencySuspended,
    PartnerAppRevoked,
    PartnerAppSignedOut,
    SessionEnded,
    TokenRevoked,
    UserDeactivated,
)
from shared.db import PLATFORM, Transaction
from shared.projections import Fact, project, put
from shared.settings import ServiceSettings
from shared.watch import Watch

SIGNED_OUT = sa.Table(
    "signed_out",
    sa.MetaData(),
    sa.Column("agency_id", sa.Uuid, primary_key=True),
    sa.Column("subject", sa.Uuid, primary_key=True),
    sa.Column("since", sa.DateTime(timezone=True)),
)
SIGN_OUT = sa.text("""INSERT INTO signed_out (agency_id, subject, since) VALUES (agency(), :subject, :since)
ON CONFLICT (agency_id, subject) DO UPDATE SET since = greatest(signed_out.since, excluded.since)""")
ADMIT = sa.text("SELECT pg_advisory_xact_lock_shared(hashtextextended('signed_out:' || agency(), 0))")
ALONE = sa.text("SELECT pg_advisory_xact_lock(hashtextextended('signed_out:' || agency(), 0))")
LATEST = sa.text("SELECT max(since) FROM signed_out WHERE agency_id = agency() AND subject = ANY (:subjects)")
UNTOLD = 1.0  # seconds: whoever is out is out within two, though the word of it was lost
RECENT = """SELECT agency_id, subject, since FROM signed_out
WHERE since > statement_timestamp() - make_interval(secs => $1)"""


def on_user_deactivated(event: UserDeactivated, at: datetime) -> Fact:
    return out(event.user_id, event.since or at)


def on_partner_app_revoked(event: PartnerAppRevoked, at: datetime) -> Fact:
    return out(event.app_id, event.since)


def on_partner_app_signed_out(event: PartnerAppSignedOut, at: datetime) -> Fact:
    return out(event.app_id, event.since)


def on_token_revoked(event: TokenRevoked, at: datetime) -> Fact:
    return out(event.token_id, event.since)


def on_session_ended(event: SessionEnded, at: datetime) -> Fact:
    return out(event.session_id, event.since)


def on_agency_suspended(event: AgencySuspended, at: datetime) -> Fact:
    return out(event.agency_id, event.since)


def out(subject: UUID, since: datetime) -> Fact:
    return put(SIGNED_OUT, newest="since", subject=subject, since=since)


SIGNING_OUT = (
    project(UserDeactivated, on_user_deactivated, into=SIGNED_OUT),
    project(PartnerAppRevoked, on_partner_app_revoked, into=SIGNED_OUT),
    project(PartnerAppSignedOut, on_partner_app_signed_out, into=SIGNED_OUT),
    project(TokenRevoked, on_token_revoked, into=SIGNED_OUT),
    project(SessionEnded, on_session_ended, into=SIGNED_OUT),
    project(AgencySuspended, on_agency_suspended, into=SIGNED_OUT),
)
"""For the PROJECTIONS of every service."""


async def admit(tx: Transaction) -> None:
    """Begins a transaction of the gateway's that gives a token: who is signed out meanwhile is signed out after it."""
    await tx.rows(ADMIT)


async def admit_nobody(tx: Transaction) -> None:
    """Begins one that signs out: whatever token is being given was given before, and no other until the end of it."""
    await tx.rows(ALONE)


async def issue_second(tx: Transaction, *subjects: UUID) -> int:
    """The whole second that a token says, after `admit`: none in which one of these was signed out. Waits for it."""
    ((latest,),) = await tx.rows(LATEST, subjects=[*subjects])
    if latest is not None:
        await asyncio.sleep(int(latest.timestamp()) + 1 - real_now().timestamp())
    return int(real_now().timestamp())


async def sign_out(tx: Transaction, subject: UUID) -> datetime:
    """Of the gateway's own transaction: from now on, by the time on the wall. Returns that time, for the event."""
    since = real_now()
    await tx.run(SIGN_OUT, subject=subject, since=since)
    return since


async def take(verifier: Verifier, connection: Any) -> None:
    """Whoever was signed out before the oldest token that can still be good is of no interest."""
    rows = await connection.fetch(RECENT, LONGEST + 2 * LEEWAY)
    verifier.signed_out = {(named(row["agency_id"]), row["subject"]): row["since"].timestamp() for row in rows}


def named(agency: UUID) -> UUID | None:
    """As a token names it: the installation's own name none."""
    return None if agency == PLATFORM else agency


def watch_signed_out(settings: ServiceSettings, service: str, verifier: Verifier) -> Watch:
    """The relay's role: the one that sees these ids across agencies."""
    return Watch(settings.dsn("relay"), f"{service}-signed-out", "signed_out", partial(take, verifier), UNTOLD)
