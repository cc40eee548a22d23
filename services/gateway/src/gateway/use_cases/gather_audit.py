from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.outbound import Attempt, Outcome

from gateway.errors import ServiceAway
from gateway.neighbours import Services
from gateway.rules.audit_reports import MOST

AT_ONCE = 2000


async def gather_audit(
    services: Services, agency: UUID, client_id: UUID, *, since: str, until: str
) -> tuple[list[dict[str, Any]], bool]:
    """What every service did about a client in a span of time, oldest first, and whether more was there than is given.

    Raises ServiceAway when one cannot be asked: half a report would say that nobody looked.
    """

    async def of(name: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while len(found) <= MOST:
            after = found[-1]["id"] if found else 0
            page = await services.audit(name, agency, client_id, since, until, after, AT_ONCE)
            found += ({**row, "service": name} for row in page)
            if len(page) < AT_ONCE:
                break
        return found

    rows = [row for found in (await services.each(of)).values() for row in found]
    rows.sort(key=lambda row: row["at"])
    return rows[:MOST], len(rows) > MOST


@dataclass
class Reporter:
    """The port by which a report is gathered. `services` is there once the application has started."""

    services: Services | None = None

    async def send(self, attempt: Attempt) -> Outcome:
        if self.services is None:
            raise ServiceAway("The gateway is starting.")
        asked = attempt.payload
        client_id, span = UUID(asked["client_id"]), {"since": asked["since"], "until": asked["until"]}
        rows, is_cut = await gather_audit(self.services, attempt.agency_id, client_id, **span)
        return Outcome(is_final=True, is_sent=True, facts={"rows": rows, "is_cut": is_cut})
