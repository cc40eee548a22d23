from gateway.errors import TokenRefused
from gateway.rules.requests import ClientRequest, Method
from gateway.rules.sign_in_clients import Named, parse_sign_in_client
from gateway.use_cases.issue_token import Office
from gateway.use_cases.recognise_client import recognise_client


async def recognise_sign_in_client(office: Office, request: ClientRequest) -> Named:
    """In which program a person signed in. A partner app proves who it is. Raises TokenRefused."""
    if request.method is not Method.NONE:
        holder = await recognise_client(office, request)
        named = parse_sign_in_client(holder.client_id)
    else:
        named = parse_sign_in_client(request.client_id)
    if named is None or named.is_public != (request.method is Method.NONE):
        raise TokenRefused("invalid_client", "The client is unknown, or it does not prove who it is.")
    return named
