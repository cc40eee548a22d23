"""What an access token says. Source: RFC 9068 section 2.2, RFC 8725, decision 5. Version 2026-11-23."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any
from uuid import UUID

from gateway.rules.roles import Reach, reach_of, scopes_of

AUDIENCE = "trellis"
LIFETIME = 600
EVERY_CLINIC = "*"
PURPOSES = frozenset({"TREAT", "ETREAT", "BTG", "HPAYMT", "HOPERAT", "PATRQT"})


class AppPurpose(StrEnum):
    """For what an agency may let a partner app in: HL7 v3 PurposeOfUse. Breaking the glass is for people."""

    TREAT = "TREAT"
    ETREAT = "ETREAT"
    HPAYMT = "HPAYMT"
    HOPERAT = "HOPERAT"
    PATRQT = "PATRQT"


OPERATOR_SCOPES = ("agencies:read", "agencies:write", "signing-keys:read", "signing-keys:write")
SERVICE_SCOPES = ("internal", "clients:read", "disclosures:evaluate")


@dataclass(frozen=True)
class Holder:
    """Whom a token is for, before it is stamped with issuer and times."""

    sub: UUID
    client_id: str
    scopes: tuple[str, ...]
    reach: Reach
    agency: UUID | None
    roles: tuple[str, ...] = ()
    clinics: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    supervisor: UUID | None = None
    purpose: str = "TREAT"
    act_for: UUID | None = None
    purposes: tuple[str, ...] = ()


def partner_app(
    app_id: UUID, agency: UUID, client_id: str, scopes: list[str], clinics: list[UUID], purposes: list[str]
) -> Holder:
    """A program of somebody else's. The first of its purposes holds until it names another."""
    return Holder(
        app_id,
        client_id,
        tuple(scopes),
        Reach.DISCLOSED,
        agency,
        ("partner_app",),
        clinic_texts(tuple(clinics)),
        purpose=purposes[0],
        purposes=tuple(purposes),
    )


def for_purpose(holder: Holder, asked: str) -> Holder | None:
    """Bound to the purpose that it asks for; to all that were granted where it asks for none; None for another."""
    if asked not in ("", *holder.purposes):
        return None
    return replace(holder, purpose=asked, purposes=(asked,)) if asked else holder


def person(
    sub: UUID,
    agency: UUID,
    roles: frozenset[str],
    clinics: tuple[UUID, ...],
    clients: tuple[UUID, ...],
    supervisor: UUID | None,
    client_id: str,
) -> Holder:
    """A person who signed in. No clinics named means every clinic of the agency."""
    return Holder(
        sub,
        client_id,
        scopes_of(roles),
        reach_of(roles),
        agency,
        tuple(sorted(roles)),
        clinic_texts(clinics),
        tuple(str(client) for client in clients),
        supervisor,
    )


def clinic_texts(clinics: tuple[UUID, ...]) -> tuple[str, ...]:
    return tuple(str(clinic) for clinic in clinics) or (EVERY_CLINIC,)


def payload(holder: Holder, *, issuer: str, now: int, jti: str) -> dict[str, Any]:
    """The claims of one token, valid from `now` (whole seconds) for ten minutes."""
    stated: dict[str, Any] = {
        "iss": issuer,
        "aud": AUDIENCE,
        "sub": str(holder.sub),
        "client_id": holder.client_id,
        "jti": jti,
        "iat": now,
        "nbf": now,
        "exp": now + LIFETIME,
        "scope": " ".join(holder.scopes),
        "roles": list(holder.roles),
        "clinics": list(holder.clinics),
        "reach": holder.reach.value,
        "clients": list(holder.clients),
        "purpose": holder.purpose,
    }
    stated |= {"purposes": list(holder.purposes)} if holder.purposes else {}
    optional = {"agency": holder.agency, "sup": holder.supervisor}
    stated |= {name: str(value) for name, value in optional.items() if value is not None}
    return stated | ({"act": {"sub": str(holder.act_for)}} if holder.act_for else {})


def narrowed(granted: tuple[str, ...], asked: str) -> tuple[str, ...] | None:
    """The asked scopes where all are granted; all granted ones where none is asked; None where one is not granted."""
    wanted = asked.split()
    if not set(wanted) <= set(granted):
        return None
    return tuple(scope for scope in granted if scope in wanted) if wanted else granted
