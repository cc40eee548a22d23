"""Sign-in sessions."""

from datetime import datetime
from uuid import UUID

from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlalchemy import bindparam, select, text, update
from sqlmodel import col

from gateway.models import SignInSession
from gateway.queries.statements import MOMENT
from gateway.rules.sessions import EndReason

SESSION_LOCKED = select(SignInSession).where(col(SignInSession.id) == bindparam("session_id")).with_for_update()
OPEN_SESSIONS = select(SignInSession).where(
    col(SignInSession.user_id) == bindparam("user_id"),
    col(SignInSession.ended_at).is_(None),
    col(SignInSession.expires_at) > bindparam("at", type_=MOMENT),
    col(SignInSession.idle_until) > bindparam("at", type_=MOMENT),
)
SWEEP_SIGN_INS = text("""WITH over AS (SELECT id FROM sign_in_session
  WHERE agency_id = agency() AND least(ended_at, idle_until, expires_at) < :before LIMIT :most FOR UPDATE SKIP LOCKED),
lapsed AS (SELECT id FROM authorization_code
  WHERE agency_id = agency() AND session_id IS NULL AND expires_at < :before LIMIT :most FOR UPDATE SKIP LOCKED),
left_visits AS (SELECT id FROM visit
  WHERE agency_id = agency() AND expires_at < :before LIMIT :most FOR UPDATE SKIP LOCKED),
tokens AS (DELETE FROM refresh_token WHERE agency_id = agency() AND session_id IN (SELECT id FROM over)),
codes AS (DELETE FROM authorization_code
  WHERE agency_id = agency() AND (session_id IN (SELECT id FROM over) OR id IN (SELECT id FROM lapsed))),
visits AS (DELETE FROM visit WHERE agency_id = agency() AND id IN (SELECT id FROM left_visits)),
assertions AS (DELETE FROM client_assertion WHERE agency_id = agency() AND expires_at < :before),
sessions AS (DELETE FROM sign_in_session WHERE agency_id = agency() AND id IN (SELECT id FROM over))
SELECT greatest((SELECT count(*) FROM over), (SELECT count(*) FROM lapsed), (SELECT count(*) FROM left_visits))""")
END_SESSIONS = (
    update(SignInSession)
    .where(col(SignInSession.user_id) == bindparam("whose"), col(SignInSession.ended_at).is_(None))
    .values(
        ended_at=bindparam("at", type_=MOMENT),
        end_reason=bindparam("reason"),
        version=col(SignInSession.version) + 1,
    )
    .returning(col(SignInSession.id))
)
END_SESSIONS_AT = (
    update(SignInSession)
    .where(col(SignInSession.client_id) == bindparam("where"), col(SignInSession.ended_at).is_(None))
    .values(
        ended_at=bindparam("at", type_=MOMENT),
        end_reason=bindparam("reason"),
        version=col(SignInSession.version) + 1,
    )
    .returning(col(SignInSession.id))
)
END_ALL_SESSIONS = text("""UPDATE sign_in_session SET ended_at = :at, end_reason = :reason, version = version + 1
WHERE ended_at IS NULL""").bindparams(bindparam("at", type_=MOMENT))


async def lock_session(tx: Transaction, session_id: UUID) -> SignInSession:
    return await tx.fetch_one(SignInSession, SESSION_LOCKED, session_id=session_id)


async def list_open_sessions(tx: Transaction, user_id: UUID, at: datetime, page: PageRequest) -> Page[SignInSession]:
    return await tx.fetch_page(SignInSession, OPEN_SESSIONS, page, user_id=user_id, at=at)


async def end_sessions(tx: Transaction, user_id: UUID, at: datetime, reason: EndReason) -> list[UUID]:
    """Those that were open."""
    return [row[0] for row in await tx.rows(END_SESSIONS, whose=user_id, at=at, reason=reason)]


async def end_sessions_at(tx: Transaction, client_id: str, at: datetime, reason: EndReason) -> list[UUID]:
    """Of everybody who signed in to this program."""
    return [row[0] for row in await tx.rows(END_SESSIONS_AT, where=client_id, at=at, reason=reason)]


async def end_all_sessions(tx: Transaction, at: datetime, reason: EndReason) -> None:
    """Of everybody in the agency."""
    await tx.run(END_ALL_SESSIONS, at=at, reason=reason.value)


async def sweep_sign_ins(tx: Transaction, before: datetime, most: int) -> int:
    """Delete what was over before then: visits, codes, used assertions, sessions with their tokens and codes.

    Of each kind so many at most; returns how many of the commonest.
    """
    ((count,),) = await tx.rows(SWEEP_SIGN_INS, before=before, most=most)
    return int(count)
