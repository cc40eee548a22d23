from collections.abc import Awaitable, Callable
from uuid import UUID

from shared.auth import Principal
from shared.contracts.gateway import TokenRevoked
from shared.db import PLATFORM
from shared.errors import NotSignedIn
from shared.signed_out import sign_out

from gateway.errors import TokenRefused
from gateway.rules.claims import Holder
from gateway.rules.requests import TokenQuestion
from gateway.use_cases.issue_token import Office
from gateway.use_cases.recognise_client import recognise_client

End = Callable[[Office, Holder, str], Awaitable[bool]]


async def revoke_token(office: Office, question: TokenQuestion) -> None:
    """End a token of the client that asks (RFC 7009). One that is none, or none any more, is ended already."""
    client = await recognise_client(office, question)
    for end in KINDS.values():
        if await end(office, client, question.token):
            return


async def end_access_token(office: Office, client: Holder, token: str) -> bool:
    """True where it was an access token. It counts nowhere any more, at the services within two seconds."""
    try:
        by = await office.verifier.verify(token)
    except NotSignedIn:
        return False
    if by.client_id != client.client_id:
        raise TokenRefused("invalid_grant", "The token was issued to another client.")
    if by.token_id is not None:
        await tell(office, by.agency_id or PLATFORM, by.token_id)
    return True


async def tell(office: Office, agency: UUID, token_id: UUID) -> None:
    async with office.database.transaction(Principal.system("gateway", agency_id=agency)) as tx:
        tx.publish(TokenRevoked(token_id=token_id, since=await sign_out(tx, token_id)))
        tx.audit("token.revoke", resource=token_id, by=tx.by)
    office.wake()


KINDS: dict[str, End] = {"access_token": end_access_token}
"""By the names of RFC 7009 section 2.1. Each says whether the token was of its kind."""
