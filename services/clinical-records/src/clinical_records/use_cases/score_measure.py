from uuid import UUID

from shared.auth import Principal
from shared.contracts.clinical_records import MeasureScored
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import AnswersRefused, MeasureNotOpen
from clinical_records.models import MeasureAdministration
from clinical_records.rules.measures import TAKES_ANSWERS, MeasureStatus, definition, faults, score
from clinical_records.schemas.measures import Answers
from clinical_records.use_cases.alert_safety_item import alert_safety_item
from clinical_records.use_cases.follow_up_score import follow_up_score


async def score_measure(
    tx: Transaction, administration_id: UUID, answers: Answers, *, by: Principal
) -> MeasureAdministration:
    """Take the answers, score them by the instrument's rules, and tell who waits for it."""
    measure = await queries.lock_administration(tx, administration_id)
    if measure.status not in TAKES_ANSWERS:
        raise MeasureNotOpen(f"The measure is {measure.status}; only an assigned or started one takes answers.")
    instrument = definition(measure.instrument)
    for fault in faults(instrument, answers.items):
        raise AnswersRefused(fault.detail, pointer=fault.pointer)
    result = score(instrument, answers.items)
    measure.status = MeasureStatus.INVALID if result.total is None else MeasureStatus.SCORED
    measure.items, measure.unscored = list(answers.items), answers.model_dump(exclude={"items"}, exclude_none=True)
    measure.total, measure.band, measure.is_positive = result.total, result.band, result.is_positive
    measure.is_prorated, measure.item_alert = result.is_prorated, result.item_alert
    measure.answered_by, measure.scored_at = by.id, tx.now
    await tx.stop_timers(subject=measure.id, kind="measure_expired")
    await follow_up_score(tx, measure, by=by)
    await alert_safety_item(tx, measure, by=by)
    await tx.save(measure)
    tx.audit("measure_administration.score", subject=measure.client_id, resource=measure.id, by=by)
    tx.publish(MeasureScored(administration_id=measure.id, client_id=measure.client_id, instrument=measure.instrument,
                             band=measure.band, item_alert=measure.item_alert))  # fmt: skip
    return measure
