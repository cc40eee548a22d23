from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from gateway import queries
from gateway.errors import ActionUnknown, OthersRefused
from gateway.neighbours import Services
from gateway.rules.access import ASKS_ABOUT_OTHERS, DETAIL, PERMITS, Reason, Standing, by_the_record, without_a_look
from gateway.rules.documents import operation_of
from gateway.rules.roles import Reach, reach_of, scopes_of
from gateway.rules.routes import service_of
from gateway.schemas.access import Evaluation, EvaluationContext, EvaluationOut, EvaluationSubject
from gateway.use_cases.merge_documents import Library, merge_documents


async def evaluate_access(
    tx: Transaction, asked: Evaluation, library: Library, services: Services, *, by: Principal
) -> EvaluationOut:
    """May the subject do this to this record, and why: the tables that decide are the ones that are asked."""
    if asked.subject.id != by.id and not ASKS_ABOUT_OTHERS & by.roles:
        raise OthersRefused("Ask about yourself; an administrator or the privacy officer asks about others.")
    named = operation_of(await merge_documents(library), asked.action.name)
    if named is None:
        raise ActionUnknown("Name an operationId of /openapi.json that needs a scope.", pointer="/action/name")
    path, scope = named
    service, client_id = service_of(path) or "gateway", asked.client_id
    standing, clients = await standing_of(tx, asked.subject)
    reason = without_a_look(standing, scope)
    kinds: list[str] = []
    if reason is None and standing is not None:
        reason, kinds = await look(services, service, tx.agency_id, asked, standing, clients)
        reason = await through_glass(tx, asked, reason, scope)
    tx.audit("access.evaluate", subject=client_id, resource=asked.subject.id, by=by)
    found = reason or Reason.UNKNOWN
    context = EvaluationContext(
        reason=found, detail=DETAIL[found], scope=scope, service=service, relationships=tuple(kinds)
    )
    return EvaluationOut(decision=found in PERMITS, context=context)


async def standing_of(tx: Transaction, subject: EvaluationSubject) -> tuple[Standing | None, list[UUID]]:
    """What the tables say of a user or a partner app, and the clients granted to an account of theirs."""
    if subject.type == "partner_app":
        app = await queries.find_app(tx, subject.id)
        return (Standing(app.revoked_at is None, app.scopes, Reach.DISCLOSED) if app else None), []
    user = await queries.find_user(tx, subject.id)
    if user is None:
        return None, []
    return Standing(user.is_active, scopes_of(user.roles), reach_of(user.roles)), user.client_ids


async def look(
    services: Services, service: str, agency: UUID, asked: Evaluation, standing: Standing, clients: list[UUID]
) -> tuple[Reason, list[str]]:
    """As the record's holder sees it: with the function that guards its rows."""
    if asked.client_id is None:
        return Reason.NO_RECORD, []
    sight = {
        "subject": str(asked.subject.id),
        "reach": standing.reach.value,
        "clients": [str(client) for client in clients],
        "client_id": str(asked.client_id),
    }
    found = await services.sight(service, agency, sight)
    return by_the_record(standing.reach, is_seen=found["is_seen"]), found["kinds"]


async def through_glass(tx: Transaction, asked: Evaluation, reason: Reason, scope: str) -> Reason:
    """Without a relationship an open grant lets a clinician read."""
    if reason is not Reason.UNRELATED or asked.client_id is None or not scope.endswith(":read"):
        return reason
    return Reason.GLASS if await queries.find_open_grant(tx, asked.subject.id, asked.client_id) else reason
