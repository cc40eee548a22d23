from datetime import date
from zoneinfo import ZoneInfo

from shared.db import Transaction

from authorizations import queries


async def find_today(tx: Transaction) -> tuple[date, str]:
    """The agency's day, and its zone."""
    zone = await queries.find_zone(tx)
    return tx.now.astimezone(ZoneInfo(zone)).date(), zone
