from datetime import date

import holidays

from gateway.errors import CalendarUnknown

YEARS_AHEAD = 2


def compute_holidays(country: str, subdivision: str | None, *, year: int) -> tuple[date, ...]:
    """The public holidays of the year and of the next two, as observed. Source: the `holidays` library."""
    try:
        found = holidays.country_holidays(country, subdiv=subdivision, years=range(year, year + YEARS_AHEAD + 1))
    except NotImplementedError as error:
        pointer = "/holiday_subdivision" if subdivision else "/holiday_country"
        raise CalendarUnknown("No public holidays are known for it.", pointer=pointer) from error
    return tuple(sorted(found))
