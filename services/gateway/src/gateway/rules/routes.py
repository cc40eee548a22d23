"""Which service answers which path, and which headers travel.

What an administrator keeps stands under /v1/admin (ADR 0020), what people look after themselves under /v1/me (ADR
0021), each noun with the service that owns it.

Source: the owners of decision 28; hop-by-hop headers of RFC 9110 section 7.6.1. Version 2026-11-23.
"""

from urllib.parse import unquote

OWNERS: dict[str, tuple[str, ...]] = {
    "intake": (
        "inquiries",
        "clients",
        "consents",
        "admin/programs",
        "episodes",
        "disclosures",
        "legal-holds",
        "me/clients",
        "me/consents",
        "me/disclosures",
    ),
    "clinical-records": (
        "measures",
        "risk",
        "measure-administrations",
        "risk-assessments",
        "assessments",
        "diagnoses",
        "plans",
        "notes",
        "care-team-members",
        "caseloads",
        "assessment-domains",
        "note-chains",
        "discharges",
        "me/documents",
    ),
    "scheduling": ("availabilities", "slots", "appointments", "appointment-series", "gate-policies", "me/appointments"),
    "referrals": ("organizations", "services", "locations", "needs", "referrals", "aftercare-plans"),
    "authorizations": (
        "admin/payers",
        "coverages",
        "eligibility-checks",
        "authorization-requests",
        "authorizations",
        "service-codes",
        "charges",
    ),
    "workforce": ("clinicians", "credentials", "supervision-assignments", "supervision-sessions", "tasks"),
}
SERVICE_OF: dict[str, str] = {noun: service for service, nouns in OWNERS.items() for noun in nouns}
CORNERS = ("admin", "me")
"""Under these an address names its noun in its second part; what nobody here owns is the gateway's."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})

CARRIED = frozenset(
    {
        b"authorization",
        b"idempotency-key",
        b"if-match",
        b"if-none-match",
        b"x-request-id",
        b"traceparent",
        b"tracestate",
        b"x-purpose-of-use",
        b"content-type",
        b"accept",
    }
)
DROPPED_ON_RETURN = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        b"date",
        b"server",
        b"disclosure-within",
    }
)


def service_of(path: str) -> str | None:
    """The service that owns a decoded path, None where nobody does. A path with dot segments belongs to nobody."""
    parts = unquote(path).split("/")
    if len(parts) < 3 or parts[0] or parts[1] != "v1" or {".", ".."} & set(parts) or "\\" in path or "\x00" in path:
        return None
    return SERVICE_OF.get("/".join(parts[2:4] if parts[2] in CORNERS else parts[2:3]))


def carried(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """What a service is sent: a fixed list, so no header can assert who calls. A header sent twice is not carried."""
    seen = [name.lower() for name, _ in headers]
    return [(n.lower(), v) for n, v in headers if n.lower() in CARRIED and seen.count(n.lower()) == 1]


def returned(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """What the caller gets back: everything but what belongs to one connection."""
    named = {t.strip().lower() for n, v in headers if n.lower() == b"connection" for t in v.split(b",")}
    return [(n.lower(), v) for n, v in headers if n.lower() not in DROPPED_ON_RETURN | named]
