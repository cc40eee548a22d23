from gateway.rules.claims import Holder
from gateway.rules.requests import ClientRequest
from gateway.use_cases.issue_token import Office
from gateway.use_cases.recognise_operator import recognise_operator
from gateway.use_cases.recognise_partner_app import recognise_partner_app
from gateway.use_cases.recognise_service import recognise_service


async def recognise_by_secret(office: Office, request: ClientRequest) -> Holder | None:
    """The operator, one of our services, or a partner app that knows its secret."""
    named = request.client_id, request.client_secret
    ours = recognise_operator(office, *named) or recognise_service(office, *named)
    return ours or await recognise_partner_app(office, *named)
