from hmac import compare_digest

from shared.clock import real_now
from shared.db import Transaction
from shared.log import logger

from gateway import queries
from gateway.errors import TokenRefused
from gateway.models import RefreshToken, SignInSession
from gateway.rules.requests import TokenRequest
from gateway.rules.sessions import EndReason, Presented, Refresh, refresh_step
from gateway.rules.sign_in_clients import Named
from gateway.schemas.oauth import TokenOut
from gateway.use_cases.end_session import end_session
from gateway.use_cases.give_tokens import (
    Given,
    add_refresh_token,
    exchange,
    holder_of,
    idle_time,
    is_open,
    request_digest,
)
from gateway.use_cases.issue_token import Office
from gateway.use_cases.make_secret import hash_of

PLACE = "refresh_token.successor_sealed"
NOT_GOOD = TokenRefused("invalid_grant", "The refresh token is not good any more: sign in again.")


async def refresh_tokens(office: Office, request: TokenRequest) -> TokenOut:
    """A new access token, and the next refresh token (RFC 6749 section 6, RFC 9700 section 4.14.2)."""
    return await exchange(office, request, exchanged, NOT_GOOD)


async def exchanged(tx: Transaction, named: Named, request: TokenRequest) -> Given | None:
    """None where the token is not good; a token that was used before ends its whole family."""
    token = await queries.lock_refresh_token(tx, hash_of(request.refresh_token))
    if token is None:
        return None
    session = await queries.lock_session(tx, token.session_id)
    if session.client_id != named.client_id or not is_open(session, real_now()):
        tx.audit("token.refresh", resource=session.user_id, by=tx.by, outcome="refused", code="session-over")
        return None
    step = refresh_step(await presented(tx, named, token, request), real_now())
    if step is Refresh.REUSED:
        await end_session(tx, session, EndReason.TOKEN_REUSED)
        logger.warning("sign_in.refresh_token_reused", agency=str(tx.agency_id))
        return None
    holder = await holder_of(tx, named, session, request.scope)
    tx.audit("token.refresh", resource=session.user_id, by=tx.by)
    if step is Refresh.REPEAT:
        return holder, await successor_of(tx, token)
    return holder, await rotate(tx, session, token, request_digest(named, request))


async def presented(tx: Transaction, named: Named, token: RefreshToken, request: TokenRequest) -> Presented:
    following = await queries.get_refresh_token(tx, token.successor_id) if token.successor_id else None
    is_same = compare_digest(token.request_hash or b"", request_digest(named, request))
    return Presented(token.used_at, is_same, following is not None and following.used_at is not None)


async def rotate(tx: Transaction, session: SignInSession, token: RefreshToken, request_hash: bytes) -> str:
    """Use the token up. The successor is sealed beside it, for the one whose answer gets lost."""
    now, (idle, _) = real_now(), await idle_time(tx)
    token.used_at, token.request_hash = now, request_hash
    await tx.save(token)
    following, successor = await add_refresh_token(tx, session)
    sealed = await tx.seal(tx.agency_id, successor, PLACE, token.id)
    token.successor_id, token.successor_key_id, token.successor_sealed = following.id, sealed.key_id, sealed.ciphertext
    await tx.save(token)
    session.used_at, session.idle_until = now, now + idle
    await tx.save(session)
    return successor


async def successor_of(tx: Transaction, token: RefreshToken) -> str:
    assert token.successor_key_id is not None and token.successor_sealed is not None
    return await tx.unseal(tx.agency_id, token.successor_key_id, token.successor_sealed, PLACE, token.id)
