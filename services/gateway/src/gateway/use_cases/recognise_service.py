from hmac import compare_digest
from typing import Protocol
from uuid import UUID, uuid5

from shared.auth import SYSTEM

from gateway.errors import TokenRefused
from gateway.rules.claims import EVERY_CLINIC, PURPOSES, SERVICE_SCOPES, Holder
from gateway.rules.clients import parse_service
from gateway.rules.roles import Reach
from gateway.use_cases.issue_token import Office


class OnBehalf(Protocol):
    """For which agency and person a service asks, and why."""

    @property
    def agency_id(self) -> str: ...
    @property
    def act_sub(self) -> str: ...
    @property
    def purpose(self) -> str: ...


def recognise_service(office: Office, client_id: str, secret: str, behalf: OnBehalf) -> Holder | None:
    """One of our services, acting for a person of an agency where it says so."""
    name = parse_service(client_id)
    expected = office.settings.service_secrets.get(name or "")
    if name is None or expected is None or not compare_digest(secret.encode(), expected.get_secret_value().encode()):
        return None
    purpose = behalf.purpose or "TREAT"
    if purpose not in PURPOSES:
        raise TokenRefused("invalid_request", "The purpose is not one of the known codes.")
    return service_holder(name, agency=id_of(behalf.agency_id), act_for=id_of(behalf.act_sub), purpose=purpose)


def service_holder(
    name: str, *, agency: UUID | None = None, act_for: UUID | None = None, purpose: str = "TREAT"
) -> Holder:
    return Holder(
        uuid5(SYSTEM, name),
        f"service:{name}",
        SERVICE_SCOPES,
        Reach.AGENCY,
        agency,
        ("system",),
        (EVERY_CLINIC,),
        purpose=purpose,
        act_for=act_for,
    )


def id_of(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise TokenRefused("invalid_request", "agency_id and act_sub are UUIDs.") from error
