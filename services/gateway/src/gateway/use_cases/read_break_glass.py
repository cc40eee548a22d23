from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.pagination import Page, PageRequest

from gateway import queries
from gateway.models import BreakGlassGrant
from gateway.rules.break_glass import GrantStatus
from gateway.schemas.break_glass_grants import BreakGlassFigures, BreakGlassGrantOut

EXPLANATION = "break_glass_grant.explanation_sealed"
FINDING = "break_glass_grant.finding_sealed"


async def list_break_glass(
    tx: Transaction, page: PageRequest, *, client_id: UUID | None, status: GrantStatus | None, by: Principal
) -> Page[BreakGlassGrant]:
    found = await queries.list_grants(tx, page, client_id=client_id, status=status)
    for grant in found.items:
        tx.audit("break_glass.list", subject=grant.client_id, by=by)
    return found


async def read_break_glass(tx: Transaction, grant_id: UUID, *, by: Principal) -> BreakGlassGrantOut:
    grant = await queries.get_grant(tx, grant_id)
    tx.audit("break_glass.read", subject=grant.client_id, resource=grant.id, grant_id=grant.id, by=by)
    return await open_break_glass(tx, grant)


async def open_break_glass(tx: Transaction, grant: BreakGlassGrant) -> BreakGlassGrantOut:
    """With the words that are sealed."""
    key, sealed = grant.explanation_key_id, grant.explanation_sealed
    words = {"explanation": await tx.unseal(tx.agency_id, key, sealed, EXPLANATION, grant.id), "finding": None}
    if grant.finding_key_id and grant.finding_sealed:
        words["finding"] = await tx.unseal(tx.agency_id, grant.finding_key_id, grant.finding_sealed, FINDING, grant.id)
    return BreakGlassGrantOut.model_validate({**grant.model_dump(), **words})


async def count_break_glass(tx: Transaction, *, by: Principal) -> BreakGlassFigures:
    return BreakGlassFigures.model_validate(await queries.count_grants(tx))
