"""What workforce does when another service reports a fact. Tasks come from every service's topic."""

from datetime import datetime

from shared.access import RELATIONSHIP, related
from shared.consumer import handlers, on
from shared.contracts.clinical_records import CareTeamChanged
from shared.contracts.gateway import AgencyChanged
from shared.contracts.intake import ClientKeyDestroyed
from shared.contracts.tasks import TaskClosed, TaskOpened
from shared.db import Transaction
from shared.glass import BREAKING_GLASS
from shared.holds import HOLDS, on_client_key_destroyed
from shared.projections import Fact, project, projections, put
from shared.signed_out import SIGNING_OUT

from workforce.models import Agency
from workforce.use_cases.open_task import open_task
from workforce.use_cases.settle_task import settle_task

EVERYONE = ("gateway", "intake", "clinical-records", "scheduling", "referrals", "authorizations", "workforce")


async def on_task_opened(tx: Transaction, event: TaskOpened) -> None:
    await open_task(tx, event, by=tx.by)


async def on_task_closed(tx: Transaction, event: TaskClosed) -> None:
    await settle_task(tx, event, by=tx.by)


def on_care_team_changed(event: CareTeamChanged, at: datetime) -> Fact:
    return related(
        staff_id=event.member_id, client_id=event.client_id, kind="care_team", since=event.since, until=event.until
    )


def on_agency_changed(event: AgencyChanged, at: datetime) -> Fact:
    return put(Agency, id=event.agency_id, timezone=event.timezone)


HANDLERS = handlers(
    on(TaskOpened, on_task_opened, topics=EVERYONE),
    on(TaskClosed, on_task_closed, topics=EVERYONE),
    on(ClientKeyDestroyed, on_client_key_destroyed),
)
PROJECTIONS = projections(
    project(CareTeamChanged, on_care_team_changed, into=RELATIONSHIP),
    project(AgencyChanged, on_agency_changed, into=Agency),
    *SIGNING_OUT,
    *BREAKING_GLASS,
    *HOLDS,
)
