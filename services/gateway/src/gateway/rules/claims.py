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


class AppRecipient(StrEnum):
    """As whom an app is told what it is told: the kinds of recipient outside an agency that run programs."""

    TREATING_PROVIDER = "treating_provider"
    PAYER = "payer"
    BUSINESS_ASSOCIATE = "business_associate"
    INTERMEDIARY = "intermediary"
    COMMUNITY_ORGANISATION = "community_organisation"


OPERATOR_SCOPES = ("agencies:read", "agencies:write", "signing-keys:read", "signing-keys:write")
SERVICE_SCOPES = ("internal", "clients:read", "disclosures:evaluate")


@dataclass(frozen=True)
class Holder:
    """Whom a token is for, before it is stamped. `issued_at`: the second in which one who can be signed out was not."""

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
    session: UUID | None = None
    recipient: str = ""
    organization: UUID | None = None
    issued_at: int | None = None


@dataclass(frozen=True)
class Registered:
    """A partner app as its agency registered it. `organization`: for whom it acts."""

    id: UUID
    agency: UUID
    client_id: str
    scopes: tuple[str, ...]
    clinics: tuple[UUID, ...]
    purposes: tuple[str, ...]
    recipient: str
    organization: UUID | None


def partner_app(app: Registered) -> Holder:
    """A program of somebody else's. The first of its purposes holds until it names another."""
    return Holder(
        app.id,
        app.client_id,
        app.scopes,
        Reach.DISCLOSED,
        app.agency,
        ("partner_app",),
        clinic_texts(app.clinics),
        purpose=app.purposes[0],
        purposes=app.purposes,
        recipient=app.recipient,
        organization=app.organization,
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
    optional = {
        "agency": holder.agency,
        "sup": holder.supervisor,
        "sid": holder.session,
        "recipient": holder.recipient or None,
        "organization": holder.organization,
    }
    stated |= {name: str(value) for name, value in optional.items() if value is not None}
    return stated | ({"act": {"sub": str(holder.act_for)}} if holder.act_for else {})


def narrowed(granted: tuple[str, ...], asked: str) -> tuple[str, ...] | None:
    """The asked scopes where all are granted; all granted ones where none is asked; None where one is not granted."""
    wanted = asked.split()
    if not set(wanted) <= set(granted):
        return None
    return tuple(scope for scope in granted if scope in wanted) if wanted else granted
