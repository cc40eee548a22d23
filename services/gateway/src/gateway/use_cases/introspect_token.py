from collections.abc import Awaitable, Callable
from typing import Any

from shared.errors import NotSignedIn

from gateway.rules.claims import AUDIENCE, Holder
from gateway.rules.clients import parse_service
from gateway.rules.requests import TokenQuestion
from gateway.use_cases.issue_token import Office
from gateway.use_cases.recognise_client import recognise_client

Inactive = {"active": False}
Look = Callable[[Office, str], Awaitable[dict[str, Any] | None]]


async def introspect_token(office: Office, question: TokenQuestion) -> dict[str, Any]:
    """What a token says, for a client that has signed in (RFC 7662): its own tokens; our services, anybody's."""
    client = await recognise_client(office, question)
    for look in KINDS.values():
        found = await look(office, question.token)
        if found is not None:
            return found if may_know(client, found) else Inactive
    return Inactive


def may_know(client: Holder, found: dict[str, Any]) -> bool:
    return found.get("client_id") == client.client_id or parse_service(client.client_id) is not None


async def look_at_access_token(office: Office, token: str) -> dict[str, Any] | None:
    """None where it is no access token that counts."""
    try:
        by = await office.verifier.verify(token)
    except NotSignedIn:
        return None
    return {
        "active": True,
        "token_type": "Bearer",
        "iss": office.settings.issuer,
        "aud": AUDIENCE,
        "sub": str(by.id),
        "client_id": by.client_id,
        "scope": " ".join(sorted(by.scopes)),
        "iat": by.issued_at,
        "exp": by.expires_at,
        **({"jti": by.token_id.hex} if by.token_id else {}),
    }


KINDS: dict[str, Look] = {"access_token": look_at_access_token}
