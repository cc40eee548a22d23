from dataclasses import replace
from uuid import UUID

from gateway.errors import TokenRefused
from gateway.rules.claims import PURPOSES, Holder
from gateway.rules.clients import parse_service
from gateway.rules.requests import TokenRequest


def act_for(holder: Holder, request: TokenRequest) -> Holder:
    """One of our services says for which agency and person it acts, and why. Anybody else is who he is."""
    if parse_service(holder.client_id) is None:
        return holder
    purpose = request.purpose or holder.purpose
    if purpose not in PURPOSES:
        raise TokenRefused("invalid_request", "The purpose is not one of the known codes.")
    return replace(holder, agency=id_of(request.agency_id), act_for=id_of(request.act_sub), purpose=purpose)


def id_of(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise TokenRefused("invalid_request", "agency_id and act_sub are UUIDs.") from error
