"""Breaking the glass: who may, for how long, what it opens, when it is reviewed.

Sources: domain specification 7.2 and table 9 (22); 45 CFR 164.312(a)(2)(ii) (emergency access); 42 CFR 2.51 (medical
emergency); 45 CFR 164.508(a)(2) and 42 CFR 2.31(b) (notes that it never opens). Version 2026-11. What of the record it
opens is decided by the one table of libs/privacy. LONGEST and ESCALATED_AFTER are conventions of this project.
"""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from privacy import Circumstance, DataClass, Disclosure, Purpose, RecipientKind, decide

USUAL_MINUTES = 240
LONGEST_MINUTES = 480
REVIEWED_WITHIN = 2  # business days of the agency, from the opening
ESCALATED_AFTER = 1  # business day, from the escalation
SATURDAY = 5
END_OF_DAY = time(23, 59, 59)
REVIEWER = "privacy_officer"
SUPERVISORS = "clinical_supervisor"
ESCALATED_TO = "administrator"
SEE_EVERY_GRANT = frozenset({REVIEWER})


class EmergencyReason(StrEnum):
    """Emergencies of treatment; there is no other reason."""

    SUICIDE_RISK = "suicide_risk"
    RISK_TO_OTHERS = "risk_to_others"
    ACUTE_PSYCHOSIS = "acute_psychosis"
    OVERDOSE_OR_WITHDRAWAL = "overdose_or_withdrawal"
    MEDICAL_EMERGENCY = "medical_emergency"
    CRISIS_CONTACT = "crisis_contact"


class GrantStatus(StrEnum):
    ACTIVE = "active"
    ENDED = "ended"
    REVIEWED_JUSTIFIED = "reviewed_justified"
    REVIEWED_UNJUSTIFIED = "reviewed_unjustified"


NEXT: dict[GrantStatus, frozenset[GrantStatus]] = {
    GrantStatus.ACTIVE: frozenset({GrantStatus.ENDED}),
    GrantStatus.ENDED: frozenset({GrantStatus.REVIEWED_JUSTIFIED, GrantStatus.REVIEWED_UNJUSTIFIED}),
    GrantStatus.REVIEWED_JUSTIFIED: frozenset(),
    GrantStatus.REVIEWED_UNJUSTIFIED: frozenset(),
}


class GrantEnd(StrEnum):
    TIME_OVER = "time_over"
    BY_HAND = "by_hand"


class DutyKind(StrEnum):
    """The tasks that a grant opens."""

    REVIEW = "break_glass_review"
    NOTICE = "break_glass_notice"
    OVERDUE = "break_glass_review_overdue"


def opened(*, at: datetime, is_part2: bool, is_medical_emergency: bool) -> dict[str, str]:
    """Data class → the rule that permits it, for whoever works here and breaks the glass."""
    circumstances = frozenset({Circumstance.MEDICAL_EMERGENCY} if is_medical_emergency else ())
    found = {
        name: decide(
            Disclosure(name, Purpose.BTG, RecipientKind.WORKFORCE, at, is_part2=is_part2, circumstances=circumstances)
        )
        for name in DataClass
    }
    return {name.value: verdict.rule_id for name, verdict in found.items() if verdict.is_permitted}


def business_day_after(start: date, count: int, holidays: Collection[date]) -> date:
    """The day `count` business days after `start`, which is day 0 whatever day it is."""
    day = start
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() < SATURDAY and day not in holidays
    return day


def due_after(now: datetime, business_days: int, zone: str, holidays: Collection[date]) -> datetime:
    """The last second of that day in the agency's zone, in UTC."""
    day = business_day_after(now.astimezone(ZoneInfo(zone)).date(), business_days, holidays)
    return datetime.combine(day, END_OF_DAY, ZoneInfo(zone)).astimezone(UTC)
