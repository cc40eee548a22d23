"""Questions who may do what, and their answers."""

from typing import Literal
from uuid import UUID

from pydantic import Field
from shared.schemas import In, Out

from gateway.rules.access import Reason


class EvaluationSubject(In):
    """A user or a partner app of the agency."""

    type: Literal["user", "partner_app"] = "user"
    id: UUID


class EvaluationAction(In):
    name: str = Field(max_length=100, description="An operationId of /openapi.json", examples=["list_notes"])


class EvaluationResource(In):
    """What it is done to: `client` with its id, or anything else that says in `properties` whose it is."""

    type: str = Field(max_length=60, examples=["client"])
    id: UUID | None = None
    properties: dict[Literal["client_id"], UUID] = Field(default_factory=dict)


class Evaluation(In):
    """Subject, action and resource as in the Authorization API 1.0 of the OpenID Foundation."""

    subject: EvaluationSubject
    action: EvaluationAction
    resource: EvaluationResource

    @property
    def client_id(self) -> UUID | None:
        """Whose record it is; None where no client was named."""
        return self.resource.id if self.resource.type == "client" else self.resource.properties.get("client_id")


class EvaluationContext(Out):
    """Why: a stable reason, the scope that it needs, who holds such records, and what relates the two just now."""

    reason: Reason
    detail: str
    scope: str
    service: str
    relationships: tuple[str, ...] = ()


class EvaluationOut(Out):
    decision: bool
    context: EvaluationContext
