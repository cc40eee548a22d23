from datetime import timedelta

from shared.auth import Principal
from shared.contracts.gateway import BreakGlassOpened
from shared.db import Transaction

from gateway import queries
from gateway.errors import ClientUnknown, GrantOpen
from gateway.models import BreakGlassGrant
from gateway.rules.break_glass import REVIEWED_WITHIN, GrantStatus, opened
from gateway.schemas.break_glass_grants import BreakGlassGrantOut, NewBreakGlassGrant
from gateway.use_cases.issue_token import Office
from gateway.use_cases.open_break_glass_duty import notify_of_break_glass
from gateway.use_cases.read_break_glass import EXPLANATION, open_break_glass
from gateway.use_cases.reckon_due import reckon_due
from gateway.use_cases.show_second_factor_again import show_second_factor_again


async def break_glass(tx: Transaction, office: Office, new: NewBreakGlassGrant, *, by: Principal) -> BreakGlassGrantOut:
    """Grant, start the clocks, notify the privacy officer and the supervisor, tell every service what it opens."""
    if not await queries.is_known_client(tx, new.client_id):
        raise ClientUnknown("The agency has no such client.", pointer="/client_id")
    await show_second_factor_again(tx, office, new.one_time_code, by=by)
    if await queries.find_open_grant(tx, by.id, new.client_id):
        raise GrantOpen("You have an open grant for this client: read with it, or end it first.")
    grant = await tx.add(await granted(tx, new, by=by))
    await tx.start_timer("break_glass_over", subject=grant.id, due_at=grant.until)
    await tx.start_timer("break_glass_review_due", subject=grant.id, due_at=grant.review_due_at)
    tx.audit(
        "break_glass.open", subject=grant.client_id, resource=grant.id, grant_id=grant.id, code=grant.reason, by=by
    )
    notify_of_break_glass(tx, grant)
    tx.publish(await told_of(tx, grant))
    return await open_break_glass(tx, grant)


async def granted(tx: Transaction, new: NewBreakGlassGrant, *, by: Principal) -> BreakGlassGrant:
    grant_id = tx.new_id("grant")
    sealed = await tx.seal(tx.agency_id, new.explanation, EXPLANATION, grant_id)
    return BreakGlassGrant(
        id=grant_id,
        client_id=new.client_id,
        staff_id=by.id,
        supervisor_id=by.supervisor_id,
        reason=new.reason,
        explanation_key_id=sealed.key_id,
        explanation_sealed=sealed.ciphertext,
        is_medical_emergency=new.is_medical_emergency,
        status=GrantStatus.ACTIVE,
        opened_at=tx.now,
        until=tx.now + timedelta(minutes=new.minutes),
        review_due_at=await reckon_due(tx, REVIEWED_WITHIN),
        review_task_id=tx.new_id("task:review"),
        notice_task_id=tx.new_id("task:notice"),
    )


async def told_of(tx: Transaction, grant: BreakGlassGrant) -> BreakGlassOpened:
    """With all that a service needs to decide about a row: nobody is asked in an emergency (decision 14)."""
    episodes = await queries.list_episodes(tx, grant.client_id)
    return BreakGlassOpened(
        grant_id=grant.id,
        client_id=grant.client_id,
        staff_id=grant.staff_id,
        opened_at=grant.opened_at,
        until=grant.until,
        opens=opened(at=tx.now, is_part2=False, is_medical_emergency=grant.is_medical_emergency),
        opens_part2=opened(at=tx.now, is_part2=True, is_medical_emergency=grant.is_medical_emergency),
        episode_ids=tuple(one.id for one in episodes if not one.is_part2),
        has_part2=any(one.is_part2 for one in episodes),
    )
