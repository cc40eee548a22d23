"""A client's own documents: which kinds there are, of which class of data each is, and what of it is shown.

Source: domain specification 7.1 (client_portal: final documents; no drafts, no psychotherapy notes, no reports);
45 CFR 164.524(a)(1)(i). Version 2026-11. A kind that does not stand here is shown to nobody.
"""

from enum import StrEnum

from privacy import DataClass


class DocumentKind(StrEnum):
    """A plan is shown as it was signed, edition by edition."""

    ASSESSMENT = "assessment"
    DISCHARGE = "discharge"
    NOTE = "note"
    PLAN = "plan"


CLASSES: dict[DocumentKind, DataClass] = {
    DocumentKind.ASSESSMENT: DataClass.CLINICAL,
    DocumentKind.DISCHARGE: DataClass.CLINICAL,
    DocumentKind.NOTE: DataClass.CLINICAL,
    DocumentKind.PLAN: DataClass.PLAN,
}
SHOWN: dict[DocumentKind, frozenset[str]] = {
    DocumentKind.ASSESSMENT: frozenset({"loc_code", "domains"}),
    DocumentKind.DISCHARGE: frozenset({"reason_code", "discharged_on", "goals", "outcomes", "summary"}),
    DocumentKind.NOTE: frozenset(
        {
            "kind",
            "format",
            "service_date",
            "timezone",
            "started_at",
            "ended_at",
            "place",
            "content",
            "response",
            "addenda",
        }
    ),
    DocumentKind.PLAN: frozenset({"number", "body", "activated_at", "review_due_on"}),
}
"""What the client is shown of each: not who must still sign it, how late it was, or how it is charged."""


def class_of(kind: str) -> str:
    """The class on which the disclosure decision rests; one that nobody knows for a kind that nobody knows."""
    return CLASSES[DocumentKind(kind)] if kind in CLASSES else "unknown"
