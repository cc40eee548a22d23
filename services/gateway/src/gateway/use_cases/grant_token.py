from dataclasses import dataclass, replace

from gateway.errors import TokenRefused
from gateway.rules.claims import narrowed
from gateway.schemas import TokenOut
from gateway.use_cases.issue_token import Office, issue_token
from gateway.use_cases.recognise_operator import recognise_operator
from gateway.use_cases.recognise_partner_app import recognise_partner_app
from gateway.use_cases.recognise_service import recognise_service


@dataclass(frozen=True)
class TokenRequest:
    """The form of RFC 6749 section 4.4.2, and what our services add to it."""

    grant_type: str
    client_id: str
    client_secret: str
    scope: str = ""
    agency_id: str = ""
    act_sub: str = ""
    purpose: str = ""


async def grant_token(office: Office, request: TokenRequest) -> TokenOut:
    """A token for the client that knows its secret, with all its scopes or the fewer that it asks for."""
    if request.grant_type != "client_credentials":
        raise TokenRefused("unsupported_grant_type", "Only client_credentials is granted here.")
    holder = recognise_operator(office, request.client_id, request.client_secret)
    holder = holder or recognise_service(office, request.client_id, request.client_secret, request)
    holder = holder or await recognise_partner_app(office, request.client_id, request.client_secret)
    if holder is None:
        raise TokenRefused("invalid_client", "The client is unknown or its secret is wrong.")
    scopes = narrowed(holder.scopes, request.scope)
    if scopes is None:
        raise TokenRefused("invalid_scope", "The client was not granted all of these scopes.")
    return issue_token(office, replace(holder, scopes=scopes))
