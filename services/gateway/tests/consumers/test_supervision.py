from datetime import date

from gateway import queries
from shared.auth import Principal
from shared.contracts.workforce import SupervisionAssigned
from shared.db import uuid7


async def test_an_assignment_names_the_supervisor_on_its_days_once(receive, database, agency, superuser):
    event = SupervisionAssigned(
        assignment_id=uuid7(),
        supervisee_id=uuid7(),
        supervisor_id=uuid7(),
        starts_on=date(2026, 11, 1),
        ends_on=date(2026, 11, 30),
    )
    told = await receive(event)
    await receive(event, id=told)
    assert await superuser.fetchval("SELECT count(*) FROM supervision WHERE agency_id = $1", agency) == 1
    async with database.opened(Principal.system("gateway", agency_id=agency)) as tx:
        found = [
            await queries.find_supervisor(tx, event.supervisee_id, date(2026, m, d))
            for m, d in ((10, 31), (11, 1), (11, 30), (12, 1))
        ]
        await tx.rollback()
    assert found == [None, event.supervisor_id, event.supervisor_id, None]
