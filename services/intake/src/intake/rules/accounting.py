"""What stands in the accounting of disclosures that a client may ask for.

Source: 45 CFR 164.528 (six years back; not for treatment, payment, operations, by authorization or to the client);
42 CFR 2.25 (three years back for what was disclosed by a Part 2 consent). Version 2026-11.
"""

from collections.abc import Collection
from datetime import datetime

from privacy import is_accountable

YEARS = 6
YEARS_BY_PART2_CONSENT = 3
PART2 = frozenset({"part2_record", "sud_counseling_note"})


def years_before(at: datetime, years: int) -> datetime:
    """The same day so many years ago; 1 March for a 29 February that the year has not."""
    try:
        return at.replace(year=at.year - years)
    except ValueError:
        return at.replace(year=at.year - years, month=3, day=1)


def is_accounted(
    *, purpose: str, has_consent: bool, data_classes: Collection[str], made_at: datetime, now: datetime
) -> bool:
    by_part2_consent = has_consent and bool(PART2 & set(data_classes))
    years = YEARS_BY_PART2_CONSENT if by_part2_consent else YEARS
    counts = is_accountable(purpose, has_consent=has_consent, is_part2=by_part2_consent)
    return counts and made_at >= years_before(now, years)
