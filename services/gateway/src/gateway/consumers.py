"""What the gateway does when another service reports a fact: it keeps who supervises whom, for the token's `sup`."""

from datetime import datetime

from shared.contracts.workforce import SupervisionAssigned
from shared.holds import HOLDS
from shared.projections import Fact, project, projections, put

from gateway.models import Supervision


def on_supervision_assigned(event: SupervisionAssigned, at: datetime) -> Fact:
    return put(
        Supervision, id=event.assignment_id, supervisee_id=event.supervisee_id, supervisor_id=event.supervisor_id,
        starts_on=event.starts_on, ends_on=event.ends_on,
    )  # fmt: skip


PROJECTIONS = projections(project(SupervisionAssigned, on_supervision_assigned, into=Supervision), *HOLDS)
