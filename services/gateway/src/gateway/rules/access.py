"""May this person do this to this record, and why: from the tables of roles and scopes and from the holder's own look.

Source: domain specification section 7.1, decisions 4 and 6. Version 2026-11-23.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from gateway.rules.roles import Reach, Role


class Reason(StrEnum):
    UNKNOWN = "subject-unknown"
    INACTIVE = "subject-inactive"
    SCOPE_MISSING = "scope-missing"
    NO_RECORD = "scope-granted"
    DISCLOSURE = "disclosure-decides"
    NO_CLIENTS = "reach-none"
    AGENCY = "reach-agency"
    RELATED = "relationship"
    UNRELATED = "no-relationship"
    GLASS = "break-glass"
    OWN = "own-record"
    NOT_OWN = "not-own-record"


DETAIL: dict[Reason, str] = {
    Reason.UNKNOWN: "The agency has no such user or partner app.",
    Reason.INACTIVE: "The user is deactivated, or the partner app is revoked.",
    Reason.SCOPE_MISSING: "None of the roles gives the scope.",
    Reason.NO_RECORD: "A role gives the scope; no client's record was named.",
    Reason.DISCLOSURE: "It is outside the agency: POST /v1/disclosures/evaluation says what may be disclosed to it.",
    Reason.NO_CLIENTS: "The roles reach no client's record.",
    Reason.AGENCY: "A role gives the scope, and a role reaches every client of the agency.",
    Reason.RELATED: "A role gives the scope, and there is a relationship to the client.",
    Reason.UNRELATED: "A role gives the scope, but there is no relationship to the client.",
    Reason.GLASS: "A grant is open: reading is possible with X-Purpose-Of-Use: BTG, and nothing else.",
    Reason.OWN: "It is a record that was granted to this account.",
    Reason.NOT_OWN: "It is not a record that was granted to this account.",
}
PERMITS = frozenset({Reason.NO_RECORD, Reason.AGENCY, Reason.RELATED, Reason.GLASS, Reason.OWN})
SEEN: dict[Reach, tuple[Reason, Reason]] = {
    Reach.AGENCY: (Reason.AGENCY, Reason.NO_CLIENTS),
    Reach.CASELOAD: (Reason.RELATED, Reason.UNRELATED),
    Reach.OWN: (Reason.OWN, Reason.NOT_OWN),
    Reach.DISCLOSED: (Reason.DISCLOSURE, Reason.DISCLOSURE),
    Reach.NONE: (Reason.NO_CLIENTS, Reason.NO_CLIENTS),
}
"""Reach → the reason where the record's holder shows it to the subject, and where it does not."""
ASKS_ABOUT_OTHERS = frozenset({Role.ADMINISTRATOR.value, Role.PRIVACY_OFFICER.value})


@dataclass(frozen=True)
class Standing:
    """What the gateway knows of a subject."""

    is_active: bool
    scopes: Sequence[str]
    reach: Reach


def without_a_look(standing: Standing | None, scope: str) -> Reason | None:
    """Why not, as far as the gateway's own tables go; None where the record decides."""
    if standing is None:
        return Reason.UNKNOWN
    if not standing.is_active:
        return Reason.INACTIVE
    return None if scope in standing.scopes else Reason.SCOPE_MISSING


def by_the_record(reach: Reach, *, is_seen: bool) -> Reason:
    seen, unseen = SEEN[reach]
    return seen if is_seen else unseen
