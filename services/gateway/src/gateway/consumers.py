"""What the gateway does when another service reports a fact.

It keeps who supervises whom, for the token's `sup`, and which clients are registered, for invitations.
"""

from datetime import datetime

from shared.contracts.intake import ClientRegistered
from shared.contracts.workforce import SupervisionAssigned
from shared.holds import HOLDS
from shared.projections import Fact, project, projections, put

from gateway.models import KnownClient, Supervision


def on_supervision_assigned(event: SupervisionAssigned, at: datetime) -> Fact:
    return put(
        Supervision, id=event.assignment_id, supervisee_id=event.supervisee_id, supervisor_id=event.supervisor_id,
        starts_on=event.starts_on, ends_on=event.ends_on,
    )  # fmt: skip


def on_client_registered(event: ClientRegistered, at: datetime) -> Fact:
    return put(KnownClient, id=event.client_id)


PROJECTIONS = projections(
    project(SupervisionAssigned, on_supervision_assigned, into=Supervision),
    project(ClientRegistered, on_client_registered, into=KnownClient),
    *HOLDS,
)
