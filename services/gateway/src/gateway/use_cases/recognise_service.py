from hmac import compare_digest
from uuid import UUID, uuid5

from shared.auth import SYSTEM

from gateway.rules.claims import EVERY_CLINIC, SERVICE_SCOPES, Holder
from gateway.rules.clients import parse_service
from gateway.rules.roles import Reach
from gateway.use_cases.issue_token import Office


def recognise_service(office: Office, client_id: str, secret: str) -> Holder | None:
    """One of our services."""
    name = parse_service(client_id)
    expected = office.settings.service_secrets.get(name or "")
    if name is None or expected is None or not compare_digest(secret.encode(), expected.get_secret_value().encode()):
        return None
    return service_holder(name)


def service_holder(name: str, *, agency: UUID | None = None) -> Holder:
    own_id, client_id = uuid5(SYSTEM, name), f"service:{name}"
    return Holder(own_id, client_id, SERVICE_SCOPES, Reach.AGENCY, agency, ("system",), (EVERY_CLINIC,))
