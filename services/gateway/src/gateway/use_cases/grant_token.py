from collections.abc import Awaitable, Callable

from gateway.errors import TokenRefused
from gateway.rules.requests import TokenRequest
from gateway.schemas.oauth import TokenOut
from gateway.use_cases.grant_credentials import grant_credentials
from gateway.use_cases.issue_token import Office
from gateway.use_cases.redeem_code import redeem_code
from gateway.use_cases.refresh_tokens import refresh_tokens

Grant = Callable[[Office, TokenRequest], Awaitable[TokenOut]]
GRANTS: dict[str, Grant] = {
    "authorization_code": redeem_code,
    "client_credentials": grant_credentials,
    "refresh_token": refresh_tokens,
}


async def grant_token(office: Office, request: TokenRequest) -> TokenOut:
    """What the token endpoint gives, by the kind of grant that is asked for."""
    grant = GRANTS.get(request.grant_type)
    if grant is None:
        raise TokenRefused("unsupported_grant_type", f"Granted here: {', '.join(GRANTS)}.")
    return await grant(office, request)
