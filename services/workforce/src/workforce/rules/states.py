"""In which zone a state's licences end: that of the state's capital, where the board sits.

Source: IANA time zone database 2026a; USPS codes. Version 2026-11.
"""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

STATES_OF = (
    ("America/New_York", "CT DC DE FL GA KY MA MD ME NC NH NJ NY OH PA RI SC VA VT WV"),
    ("America/Detroit", "MI"),
    ("America/Indiana/Indianapolis", "IN"),
    ("America/Chicago", "AL AR IA IL KS LA MN MO MS ND NE OK SD TN TX WI"),
    ("America/Denver", "CO MT NM UT WY"),
    ("America/Boise", "ID"),
    ("America/Phoenix", "AZ"),
    ("America/Los_Angeles", "CA NV OR WA"),
    ("America/Juneau", "AK"),
    ("Pacific/Honolulu", "HI"),
    ("Pacific/Pago_Pago", "AS"),
    ("Pacific/Guam", "GU"),
    ("Pacific/Saipan", "MP"),
    ("America/Puerto_Rico", "PR"),
    ("America/St_Thomas", "VI"),
)

ZONE: dict[str, str] = {state: zone for zone, states in STATES_OF for state in states.split()}


def is_state(code: str) -> bool:
    return code in ZONE


def today_in(zone: str, now: datetime) -> date:
    """The day in this zone."""
    return now.astimezone(ZoneInfo(zone)).date()


def begins(day: date, zone: str) -> datetime:
    """The first moment of a day in this zone, in UTC."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)
