"""What workforce does when another service reports a fact. Tasks come from every service's topic."""

from shared.access import relate
from shared.consumer import handlers, on
from shared.contracts.clinical_records import CareTeamChanged
from shared.contracts.gateway import AgencyChanged
from shared.contracts.tasks import TaskClosed, TaskOpened
from shared.db import Transaction

from workforce import queries
from workforce.use_cases.open_task import open_task
from workforce.use_cases.settle_task import settle_task

EVERYONE = ("intake", "clinical-records", "scheduling", "referrals", "authorizations", "workforce")


async def on_task_opened(tx: Transaction, event: TaskOpened) -> None:
    await open_task(tx, event, by=tx.by)


async def on_task_closed(tx: Transaction, event: TaskClosed) -> None:
    await settle_task(tx, event, by=tx.by)


async def on_care_team_changed(tx: Transaction, event: CareTeamChanged) -> None:
    await relate(
        tx, staff_id=event.member_id, client_id=event.client_id, kind="care_team", since=event.since, until=event.until
    )


async def on_agency_changed(tx: Transaction, event: AgencyChanged) -> None:
    await queries.keep_agency(tx, event.timezone)


HANDLERS = handlers(
    on(TaskOpened, on_task_opened, topics=EVERYONE),
    on(TaskClosed, on_task_closed, topics=EVERYONE),
)
PROJECTIONS = handlers(on(CareTeamChanged, on_care_team_changed), on(AgencyChanged, on_agency_changed))
