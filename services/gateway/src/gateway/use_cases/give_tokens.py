import hashlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from shared.clock import real_now
from shared.db import Transaction
from shared.signed_out import admit

from gateway import queries
from gateway.errors import TokenRefused
from gateway.models import RefreshToken, SignInPolicy, SignInSession
from gateway.rules.claims import Holder, narrowed
from gateway.rules.requests import TokenRequest
from gateway.rules.sign_in_clients import Named, may_use
from gateway.schemas.oauth import TokenOut
from gateway.use_cases.issue_token import Office, issue_token
from gateway.use_cases.make_holder import make_holder
from gateway.use_cases.make_secret import hash_of
from gateway.use_cases.recognise_sign_in_client import recognise_sign_in_client

Given = tuple[Holder, str]
Give = Callable[[Transaction, Named, TokenRequest], Awaitable[Given | None]]
STANDARD = SignInPolicy()
OUT = TokenRefused("invalid_grant", "Sign in again.")


async def exchange(office: Office, request: TokenRequest, give: Give, refusal: TokenRefused) -> TokenOut:
    """An access token and a refresh token for what a program holds. Where that is not good: `refusal`, after COMMIT."""
    named = await recognise_sign_in_client(office, request)
    async with office.inside(named.agency) as tx:
        await admit(tx)
        given = await give(tx, named, request)
    if given is None:
        raise refusal
    holder, refresh_token = given
    return issue_token(office, holder).model_copy(update={"refresh_token": refresh_token})


async def holder_of(tx: Transaction, named: Named, session: SignInSession, scope: str) -> Holder:
    """The person today, with no more than was granted at signing in. Raises TokenRefused for one who is out."""
    agency, user = await queries.get_agency(tx, tx.agency_id), await queries.get_user(tx, session.user_id)
    granted = [session.scopes, await scopes_of_app(tx, named)]
    if not agency.is_active or not user.is_active or not may_use(named.kind, user.roles):
        raise OUT
    holder = await make_holder(tx, agency, user, named.client_id)
    allowed = tuple(s for s in holder.scopes if all(s in some for some in granted if some))
    scopes = narrowed(allowed, scope)
    if scopes is None:
        raise TokenRefused("invalid_scope", "More is asked than was granted at signing in.")
    return replace(holder, scopes=scopes, session=session.id)


async def scopes_of_app(tx: Transaction, named: Named) -> list[str]:
    """What a partner app was registered for; none named for our own programs. Raises TokenRefused for one out."""
    if named.app is None:
        return []
    app = await queries.find_app(tx, named.app)
    if app is None or not app.is_live:
        raise OUT
    return app.scopes


async def idle_time(tx: Transaction) -> tuple[timedelta, timedelta]:
    """How long a session lasts unused, and at all."""
    policy = await queries.find_sign_in_policy(tx) or STANDARD
    return timedelta(minutes=policy.idle_minutes), timedelta(minutes=policy.session_minutes)


async def start_session(tx: Transaction, user_id: UUID, client_id: str, scopes: list[str]) -> SignInSession:
    now, (idle, whole) = real_now(), await idle_time(tx)
    session = SignInSession(
        id=tx.new_id("session"),
        user_id=user_id,
        client_id=client_id,
        scopes=scopes,
        started_at=now,
        used_at=now,
        idle_until=now + idle,
        expires_at=now + whole,
    )
    return await tx.add(session)


async def add_refresh_token(tx: Transaction, session: SignInSession) -> tuple[RefreshToken, str]:
    """A new token of 256 random bits, of which the digest is kept."""
    token = secrets.token_urlsafe(32)
    kept = RefreshToken(id=tx.new_id("refresh"), session_id=session.id, token_hash=hash_of(token))
    return await tx.add(kept), token


def request_digest(named: Named, request: TokenRequest) -> bytes:
    """What makes a repetition the same request."""
    return hashlib.sha256(f"{named.client_id}|{request.scope}".encode()).digest()


def is_open(session: SignInSession, now: datetime) -> bool:
    return session.ended_at is None and now < min(session.idle_until, session.expires_at)
