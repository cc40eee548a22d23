"""What the gateway does when another service reports a fact.

It keeps who supervises whom, for the token's `sup`, which clients are registered, for invitations, and which of their
episodes are of Part 2, for what an emergency opens. A guardian's account names the clients for whom it stands.
"""

from datetime import datetime

from shared.consumer import handlers, on
from shared.contracts.intake import ClientRegistered, EpisodeOpened, GuardianshipBegan, GuardianshipEnded
from shared.contracts.workforce import SupervisionAssigned
from shared.db import Transaction
from shared.holds import HOLDS
from shared.projections import Fact, project, projections, put

from gateway.models import KnownClient, KnownEpisode, Supervision
from gateway.use_cases.follow_guardianship import begin_guardianship, end_guardianship


async def on_guardianship_began(tx: Transaction, event: GuardianshipBegan) -> None:
    await begin_guardianship(tx, event.guardian_id, client_id=event.client_id, by=tx.by)


async def on_guardianship_ended(tx: Transaction, event: GuardianshipEnded) -> None:
    await end_guardianship(tx, event.guardian_id, client_id=event.client_id, by=tx.by)


def on_supervision_assigned(event: SupervisionAssigned, at: datetime) -> Fact:
    return put(
        Supervision, id=event.assignment_id, supervisee_id=event.supervisee_id, supervisor_id=event.supervisor_id,
        starts_on=event.starts_on, ends_on=event.ends_on,
    )  # fmt: skip


def on_client_registered(event: ClientRegistered, at: datetime) -> Fact:
    return put(KnownClient, id=event.client_id)


def on_episode_opened(event: EpisodeOpened, at: datetime) -> Fact:
    return put(KnownEpisode, id=event.episode_id, client_id=event.client_id, is_part2=event.is_part2)


HANDLERS = handlers(
    on(GuardianshipBegan, on_guardianship_began),
    on(GuardianshipEnded, on_guardianship_ended),
)
PROJECTIONS = projections(
    project(SupervisionAssigned, on_supervision_assigned, into=Supervision),
    project(ClientRegistered, on_client_registered, into=KnownClient),
    project(EpisodeOpened, on_episode_opened, into=KnownEpisode),
    *HOLDS,
)
