from collections.abc import Awaitable, Callable
from uuid import UUID

from shared.auth import Principal
from shared.contracts.gateway import TokenRevoked
from shared.db import PLATFORM
from shared.errors import NotSignedIn
from shared.signed_out import sign_out

from gateway import queries
from gateway.errors import TokenRefused
from gateway.rules.requests import Method, TokenQuestion
from gateway.rules.sessions import EndReason
from gateway.rules.sign_in_clients import parse_sign_in_client
from gateway.use_cases.end_session import end_session
from gateway.use_cases.issue_token import Office
from gateway.use_cases.make_secret import hash_of
from gateway.use_cases.recognise_client import recognise_client
from gateway.use_cases.recognise_sign_in_client import recognise_sign_in_client

End = Callable[[Office, str, str], Awaitable[bool]]


async def revoke_token(office: Office, question: TokenQuestion) -> None:
    """End a token of the client that asks (RFC 7009). One that is none, or none any more, is ended already."""
    client_id = await asker(office, question)
    for end in KINDS.values():
        if await end(office, client_id, question.token):
            return


async def asker(office: Office, question: TokenQuestion) -> str:
    """The client id. A public program shows nothing but the token that it holds (RFC 7009 section 2.1)."""
    if question.method is Method.NONE:
        return (await recognise_sign_in_client(office, question)).client_id
    return (await recognise_client(office, question)).client_id


async def end_access_token(office: Office, client_id: str, token: str) -> bool:
    """True where it was an access token. It counts nowhere any more, at the services within two seconds."""
    try:
        by = await office.verifier.verify(token)
    except NotSignedIn:
        return False
    if by.client_id != client_id:
        raise TokenRefused("invalid_grant", "The token was issued to another client.")
    if by.token_id is not None:
        await tell(office, by.agency_id or PLATFORM, by.token_id)
    return True


async def tell(office: Office, agency: UUID, token_id: UUID) -> None:
    async with office.database.transaction(Principal.system("gateway", agency_id=agency)) as tx:
        tx.publish(TokenRevoked(token_id=token_id, since=await sign_out(tx, token_id)))
        tx.audit("token.revoke", resource=token_id, by=tx.by)
    office.wake()


async def end_refresh_token(office: Office, client_id: str, token: str) -> bool:
    """True where it was a refresh token of this client: the whole session ends, its access tokens too."""
    named = parse_sign_in_client(client_id)
    if named is None:
        return False
    async with office.inside(named.agency) as tx:
        found = await queries.lock_refresh_token(tx, hash_of(token))
        session = await queries.lock_session(tx, found.session_id) if found else None
        if session is None or session.client_id != client_id:
            return False
        await end_session(tx, session, EndReason.SIGNED_OUT)
    office.wake()
    return True


KINDS: dict[str, End] = {"access_token": end_access_token, "refresh_token": end_refresh_token}
"""By the names of RFC 7009 section 2.1. Each says whether the token was of its kind."""
