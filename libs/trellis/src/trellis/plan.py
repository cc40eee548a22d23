"""Who and what the sandbox is seeded with. All of it is plainly synthetic; the same plan each time."""

from dataclasses import dataclass
from datetime import date

from trellis.care import Person

ROLES = (
    "therapist",
    "associate",
    "practicum_student",
    "clinical_supervisor",
    "psychiatrist",
    "case_manager",
    "intake_coordinator",
    "scheduler",
    "front_desk",
    "billing_ur",
    "program_director",
    "qi_analyst",
    "privacy_officer",
    "auditor",
    "directory_manager",
)
"""Every role of staff but the administrator, who comes with the agency. Each username is its role's name."""


@dataclass(frozen=True)
class Agency:
    """`clients` are numbers of Sample Clients: the first is treated and discharged, the next `in_care` are in care."""

    slug: str
    name: str
    timezone: str
    state: str
    clinics: tuple[str, str, str]
    clients: range
    in_care: int


AGENCIES = (
    Agency(
        "alder",
        "Alder Sample Community Care",
        "America/Chicago",
        "IL",
        ("Alder North", "Alder Central", "Alder South"),
        range(1, 15),
        4,
    ),
    Agency(
        "birch",
        "Birch Sample Community Care",
        "America/Denver",
        "CO",
        ("Birch East", "Birch Central", "Birch West"),
        range(15, 21),
        2,
    ),
)

CREDENTIALS = {
    "therapist": "LCSW",
    "therapist-2": "LPC",
    "clinical-supervisor": "PhD",
    "psychiatrist": "MD",
    "associate": "LPC-Associate",
}
"""Username → the licence that the clinician holds."""

CLINICIANS = (*CREDENTIALS, "practicum-student", "case-manager")
SEES_CLIENTS = ("therapist", "therapist-2", "associate", "psychiatrist")
SUPERVISED = ("associate", "practicum-student")

DIRECTORY = (
    ("Sample Pantry", "Food boxes twice a week.", "Sample food boxes"),
    ("Sample Housing Desk", "Help with rent and shelter.", "Sample rent help"),
    ("Sample Ride Circle", "Rides to appointments.", "Sample rides"),
    ("Sample Peer House", "Support groups led by peers.", "Sample peer group"),
)
"""Organisation, what it does, its service."""

PAYERS = (
    ("Sample Mutual Health", "commercial_insured", "pas_fhir"),
    ("Sample State Plan", "medicaid_mco", "portal_manual"),
)
"""Name, type, how requests reach it. The first is the sandbox payer."""


PORTAL = "http://localhost:3000/signed-in"
"""Where a portal under development takes clients and guardians back to."""


def username(role: str) -> str:
    return role.replace("_", "-")


STAFF = {**{username(role): role for role in ROLES}, "therapist-2": "therapist"}
"""Username → role, in each agency; the administrator comes with the agency."""


def npi(number: int) -> str:
    """A well-formed NPI that nobody holds: nine digits and the check digit over 80840 and them (45 CFR 162.406)."""
    nine = f"1{number:08d}"
    return nine + str(-luhn_sum(f"80840{nine}0") % 10)


def luhn_sum(digits: str) -> int:
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return sum(value // 10 + value % 10 for value in doubled)


def sample_client(number: int) -> Person:
    """Sample Client NN: the same each time."""
    return Person(
        "Sample",
        f"Client {number:02d}",
        date(1955 + number * 2, number % 12 + 1, number % 28 + 1),
        f"+1 312 555 {100 + number:04d}",
        f"SAMPLE-{number:04d}",
        ("female", "male")[number % 2],
    )
