from privacy import DataClass
from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import EpisodeNotOpen, PlanExists
from clinical_records.models import Plan
from clinical_records.rules.plans import REVIEW_EVERY_DAYS, PlanStatus
from clinical_records.schemas.plans import NewPlan, PlanOut
from clinical_records.use_cases.find_labels import find_labels
from clinical_records.use_cases.number_objectives import number_objectives
from clinical_records.use_cases.open_plan import open_plan


async def draft_plan(tx: Transaction, new: NewPlan, *, by: Principal) -> PlanOut:
    """Begin the plan of an episode; it is reviewed as often as its program says."""
    episode = await queries.get_episode(tx, new.episode_id)
    if episode.closed_on:
        raise EpisodeNotOpen()
    if await queries.lock_open_plan(tx, episode.id):
        raise PlanExists("A standing plan is reviewed, not begun again.")
    program = await queries.find_program(tx, episode.program_id)
    every = new.review_every_days or (program.review_every_days if program else REVIEW_EVERY_DAYS)
    plan = await tx.add(Plan(
        client_id=episode.client_id, episode_id=episode.id, author_id=by.id, status=PlanStatus.DRAFT,
        body=number_objectives(tx, new, known=frozenset()), review_every_days=every,
        security_labels=await find_labels(tx, DataClass.PLAN, episode.client_id, episode.id),
    ))  # fmt: skip
    tx.audit("plan.draft", subject=plan.client_id, resource=plan.id, by=by)
    return await open_plan(tx, plan)
