from dataclasses import replace

from gateway.errors import TokenRefused
from gateway.rules.claims import Holder, for_purpose, narrowed
from gateway.rules.requests import TokenRequest
from gateway.schemas.oauth import TokenOut
from gateway.use_cases.act_for import act_for
from gateway.use_cases.issue_token import Office, issue_token
from gateway.use_cases.recognise_client import recognise_client


async def grant_credentials(office: Office, request: TokenRequest) -> TokenOut:
    """A token for the client itself, with all its scopes or the fewer that it asks for (RFC 6749 section 4.4)."""
    holder = bound(act_for(await recognise_client(office, request), request), request.purpose)
    scopes = narrowed(holder.scopes, request.scope)
    if scopes is None:
        raise TokenRefused("invalid_scope", "The client was not granted all of these scopes.")
    return issue_token(office, replace(holder, scopes=scopes))


def bound(holder: Holder, purpose: str) -> Holder:
    """A partner app is bound to purposes that it was granted; our services have said theirs."""
    found = for_purpose(holder, purpose) if holder.purposes else holder
    if found is None:
        raise TokenRefused("invalid_request", f"The purposes granted are: {', '.join(holder.purposes)}.")
    return found
