from collections.abc import Awaitable, Callable

from gateway.errors import TokenRefused
from gateway.rules.claims import Holder
from gateway.rules.requests import ClientRequest, Method
from gateway.use_cases.issue_token import Office
from gateway.use_cases.recognise_by_assertion import recognise_by_assertion
from gateway.use_cases.recognise_by_secret import recognise_by_secret

Recognise = Callable[[Office, ClientRequest], Awaitable[Holder | None]]
METHODS: dict[Method, Recognise] = {
    Method.BASIC: recognise_by_secret,
    Method.POST: recognise_by_secret,
    Method.ASSERTION: recognise_by_assertion,
}


async def recognise_client(office: Office, request: ClientRequest) -> Holder:
    """Who asks, by the method that it chose: its id, and all that it was granted. Raises TokenRefused."""
    recognise = METHODS.get(request.method)
    holder = await recognise(office, request) if recognise else None
    if holder is None:
        raise TokenRefused("invalid_client", "The client is unknown, or it does not prove who it is.")
    return holder
