"""Whose calendar may a caller write, at which clinic, and for whom may he cancel?

Source: domain, section 7.1, column Schedule (own, book, R W). Version 2026-11.
Clinical roles keep their own calendar; roles that reach the whole agency keep everyone's; a client books for himself,
with anyone.
"""

from collections.abc import Collection
from uuid import UUID

from scheduling.rules.attendance import Party

STAFF = frozenset({"agency", "caseload"})


def may_write_calendar(caller_id: UUID, reach: str, provider_id: UUID, *, has_client: bool = True) -> bool:
    """What has no client is for staff only."""
    return (reach != "caseload" or caller_id == provider_id) and (has_client or reach in STAFF)


def may_use_clinic(clinics: Collection[str], clinic_id: UUID) -> bool:
    """A token that names no clinic, or `*`, is good for all of the agency's."""
    return not clinics or "*" in clinics or str(clinic_id) in clinics


def may_cancel_as(reach: str, party: Party) -> bool:
    """Discharge is never a caller's; a client cancels as a client."""
    return party is Party.CLIENT or (party is Party.PROVIDER and reach != "own")
