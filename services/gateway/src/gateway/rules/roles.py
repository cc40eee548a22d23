"""Role to scopes, role to reach: the whole of who may do what. Services only check scopes.

Source: domain specification section 7.1 (roles and scopes), version 2026-11-23; 45 CFR 164.502(b) (minimum necessary).
A scope gives the verb. Whose rows a role can reach at all is its reach; the service that holds a row decides the rest.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class Role(StrEnum):
    """The roles a person can be given. `partner_app` and `system` of 7.1 are no people: see PartnerScope and claims."""

    THERAPIST = "therapist"
    ASSOCIATE = "associate"
    PRACTICUM_STUDENT = "practicum_student"
    CLINICAL_SUPERVISOR = "clinical_supervisor"
    PSYCHIATRIST = "psychiatrist"
    CASE_MANAGER = "case_manager"
    INTAKE_COORDINATOR = "intake_coordinator"
    SCHEDULER = "scheduler"
    FRONT_DESK = "front_desk"
    BILLING_UR = "billing_ur"
    PROGRAM_DIRECTOR = "program_director"
    QI_ANALYST = "qi_analyst"
    PRIVACY_OFFICER = "privacy_officer"
    AUDITOR = "auditor"
    DIRECTORY_MANAGER = "directory_manager"
    ADMINISTRATOR = "administrator"
    CLIENT_PORTAL = "client_portal"
    GUARDIAN = "guardian"


class Reach(StrEnum):
    """Which clients' rows a caller can reach at all, widest first."""

    AGENCY = "agency"
    CASELOAD = "caseload"
    OWN = "own"
    DISCLOSED = "disclosed"  # outside the agency: what the disclosure decision permits, record by record
    NONE = "none"


ADMINISTRATOR = Role.ADMINISTRATOR.value
OWNERS_OF_RECORDS = frozenset({Role.CLIENT_PORTAL, Role.GUARDIAN})


@dataclass(frozen=True)
class Grant:
    reach: Reach
    scopes: tuple[str, ...]


def read(*resources: str) -> tuple[str, ...]:
    return tuple(f"{resource}:read" for resource in resources)


def both(*resources: str) -> tuple[str, ...]:
    return tuple(f"{resource}:{verb}" for resource in resources for verb in ("read", "write"))


EVERYBODY = ("access:evaluate", *both("sessions"))
"""May I, and where am I signed in."""
OWN_CORNER = ("own-records:read", "own-consents:write")
"""The routes under /v1/me: what one may see and decide of oneself, or of whom one stands for."""
STAFF = (*read("clinics", "programs", "clinicians"), *both("tasks"))
OWN_SCHEDULE = (*both("appointments", "availability"), "attendance:write", "gate-policies:read")
CHART = ("assessments", "care-team", "diagnoses", "discharges", "measures", "notes", "plans")
PAYER_STATUS = read("authorizations", "charges", "coverages", "eligibility", "payers", "service-codes")

CLINICIAN = (
    *STAFF,
    *OWN_SCHEDULE,
    *PAYER_STATUS,
    *both(*CHART, "clients", "consents", "episodes", "referrals", "risk"),
    *read("directory", "inquiries"),
    "notes:sign",
    "needs:write",
    "disclosures:evaluate",
)
BREAK_GLASS = both("break-glass-grants")
READS_THE_CHART = (
    *STAFF,
    *read(*CHART, "clients", "risk", "episodes", "consents", "appointments", "availability", "directory", "referrals"),
    "disclosures:evaluate",
)

GRANTS: dict[Role, Grant] = {
    Role.THERAPIST: Grant(Reach.CASELOAD, (*CLINICIAN, *BREAK_GLASS)),
    # signs like a therapist; clinical-records sends what an associate signs to the supervisor
    Role.ASSOCIATE: Grant(Reach.CASELOAD, (*CLINICIAN, *BREAK_GLASS)),
    Role.PRACTICUM_STUDENT: Grant(
        Reach.CASELOAD,
        (
            *STAFF,
            *OWN_SCHEDULE,
            *both("assessments", "measures", "notes", "plans", "risk"),
            "notes:sign",
            *read(
                "care-team",
                "clients",
                "consents",
                "diagnoses",
                "directory",
                "discharges",
                "episodes",
                "referrals",
            ),
        ),
    ),
    Role.CLINICAL_SUPERVISOR: Grant(
        Reach.AGENCY,
        (
            *READS_THE_CHART,
            *PAYER_STATUS,
            *read("break-glass-grants", "inquiries", "gate-policies"),
            "notes:sign",
            "risk:write",
            "care-team:write",
            "supervision:write",
        ),
    ),
    Role.PSYCHIATRIST: Grant(
        Reach.CASELOAD,
        (
            *STAFF,
            *OWN_SCHEDULE,
            *PAYER_STATUS,
            *BREAK_GLASS,
            *both(*CHART, "referrals", "risk"),
            "notes:sign",
            "needs:write",
            *read("clients", "consents", "directory", "episodes"),
            "disclosures:evaluate",
        ),
    ),
    # writes and signs case-management notes without reading the notes of others
    Role.CASE_MANAGER: Grant(
        Reach.CASELOAD,
        (
            *STAFF,
            *OWN_SCHEDULE,
            *PAYER_STATUS,
            *both("clients", "consents", "directory", "referrals"),
            "needs:write",
            *read("care-team", "episodes", "inquiries", "measures", "plans", "risk"),
            "notes:write",
            "notes:sign",
            "disclosures:evaluate",
        ),
    ),
    Role.INTAKE_COORDINATOR: Grant(
        Reach.AGENCY,
        (
            *STAFF,
            *both(
                "inquiries",
                "clients",
                "consents",
                "episodes",
                "appointments",
                "measures",
                "risk",
                "coverages",
                "eligibility",
            ),
            *read("availability", "care-team", "directory", "gate-policies", "payers", "referrals"),
            "inquiries:create",
            "client-invitations:write",
            "guardianships:write",
            "needs:write",
            "disclosures:evaluate",
        ),
    ),
    Role.SCHEDULER: Grant(Reach.AGENCY, (*STAFF, *OWN_SCHEDULE, "clients:read")),
    Role.FRONT_DESK: Grant(
        Reach.AGENCY,
        (
            *STAFF,
            *read("appointments", "availability", "clients", "coverages"),
            "attendance:write",
            "client-invitations:write",
            "consents:write",
        ),
    ),
    Role.BILLING_UR: Grant(
        Reach.AGENCY,
        (
            *STAFF,
            *both("authorizations", "coverages", "eligibility", "payers"),
            *read("charges", "service-codes"),
            *read("appointments", "availability", "clients", "consents", "diagnoses", "episodes", "plans"),
            "disclosures:evaluate",
        ),
    ),
    Role.PROGRAM_DIRECTOR: Grant(
        Reach.AGENCY,
        (
            *READS_THE_CHART,
            *PAYER_STATUS,
            *both("programs", "gate-policies"),
            *read("break-glass-figures", "inquiries"),
        ),
    ),
    # sees aggregates only; reaches no client's row
    Role.QI_ANALYST: Grant(Reach.NONE, read("clinics", "programs", "service-codes")),
    Role.PRIVACY_OFFICER: Grant(
        Reach.AGENCY,
        (
            *READS_THE_CHART,
            "consents:write",
            "disclosures:read",
            "restrictions:write",
            "users:read",
            "partner-apps:read",
            *both("legal-holds", "audit-reports"),
            "client-keys:write",
            "guardianships:write",
            *read("break-glass-grants", "break-glass-figures"),
            "break-glass-reviews:write",
        ),
    ),
    Role.AUDITOR: Grant(Reach.NONE, (*read("break-glass-figures", "clinics", "users"), *both("audit-reports"))),
    Role.DIRECTORY_MANAGER: Grant(Reach.AGENCY, (*STAFF, *both("directory"))),
    Role.ADMINISTRATOR: Grant(
        Reach.AGENCY,
        (
            *STAFF,
            *both(
                "clinics",
                "users",
                "partner-apps",
                "programs",
                "clinicians",
                "gate-policies",
                "payers",
            ),
            "credentials:write",
            "supervision:write",
            *read("agencies", "availability", "break-glass-figures", "directory", "service-codes"),
        ),
    ),
    Role.CLIENT_PORTAL: Grant(
        Reach.OWN,
        (
            *OWN_CORNER,
            *both("measures"),
            *read("authorizations", "coverages", "referrals"),
        ),
    ),
    Role.GUARDIAN: Grant(Reach.OWN, OWN_CORNER),
}

GRANTS = {role: replace(grant, scopes=(*grant.scopes, *EVERYBODY)) for role, grant in GRANTS.items()}


class PartnerScope(StrEnum):
    """What a partner app can be given. Of clients it is told what is disclosed to it; a website needs but the first."""

    CREATE_INQUIRIES = "inquiries:create"
    READ_APPOINTMENTS = "appointments:read"
    READ_AUTHORIZATIONS = "authorizations:read"
    READ_AVAILABILITY = "availability:read"
    READ_CLIENTS = "clients:read"
    READ_CLINICS = "clinics:read"
    READ_COVERAGES = "coverages:read"
    READ_DIAGNOSES = "diagnoses:read"
    READ_DIRECTORY = "directory:read"
    READ_EPISODES = "episodes:read"
    READ_MEASURES = "measures:read"
    READ_NOTES = "notes:read"
    READ_PLANS = "plans:read"
    READ_PROGRAMS = "programs:read"
    READ_REFERRALS = "referrals:read"
    READ_RISK = "risk:read"
    READ_SERVICE_CODES = "service-codes:read"


def scopes_of(roles: Iterable[str]) -> tuple[str, ...]:
    """Every scope that one of the roles gives, in alphabetical order."""
    return tuple(sorted({scope for role in roles for scope in GRANTS[Role(role)].scopes}))


def every_scope() -> tuple[str, ...]:
    """Every scope that a person or a partner app can have."""
    return tuple(sorted({*scopes_of(Role), *PartnerScope}))


def reach_of(roles: Iterable[str]) -> Reach:
    """The widest reach among the roles."""
    found = {GRANTS[Role(role)].reach for role in roles}
    return next((reach for reach in Reach if reach in found), Reach.NONE)


def conflict(roles: Iterable[str], *, clients: int) -> str | None:
    """Why these roles cannot be one account's with so many clients; None when they can."""
    given = {Role(role) for role in roles}
    if given >= OWNERS_OF_RECORDS:
        return "An account is the client's own or a guardian's: who is both has two."
    if Role.CLIENT_PORTAL in given and clients > 1:
        return "A client's own account names one client."
    if given & OWNERS_OF_RECORDS and given - OWNERS_OF_RECORDS:
        return "An account of a client or guardian has no staff role."
    if given & OWNERS_OF_RECORDS and not clients:
        return "An account of a client or guardian names the clients granted to it."
    if clients and not given & OWNERS_OF_RECORDS:
        return "Only accounts of clients and guardians name clients."
    return None
