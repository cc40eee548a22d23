from dataclasses import asdict

from shared.auth import Principal
from shared.contracts.clinical_records import OutcomeRemissionReached
from shared.db import Transaction

from clinical_records import queries
from clinical_records.models import MeasureAdministration
from clinical_records.rules.duties import DutyKind, end_of_day
from clinical_records.rules.measures import REPEAT_EVERY, change, definition, is_off_track, reaches_remission
from clinical_records.use_cases.close_duties import close_duties
from clinical_records.use_cases.open_duty import open_duty


async def follow_up_score(tx: Transaction, measure: MeasureAdministration, *, by: Principal) -> None:
    """Compare with the baseline, tell of remission or of no progress, and ask again in four weeks."""
    if measure.total is None:
        return
    earlier = await queries.list_scored(tx, measure.client_id, measure.episode_id, measure.instrument)
    totals = [m.total for m in earlier if m.total is not None]
    instrument = definition(measure.instrument)
    verdict = change(instrument, totals[0], measure.total) if totals else None
    measure.change = asdict(verdict) if verdict else None
    for before in earlier:
        await tx.stop_timers(subject=before.id, kind="measure_due")
        await close_duties(tx, DutyKind.MEASURE_DUE, about=before.id, reason="scored", by=by)
    await tx.start_timer("measure_due", subject=measure.id, due_at=tx.now + REPEAT_EVERY)
    if reaches_remission(instrument, totals, measure.total):
        tx.publish(OutcomeRemissionReached(
            administration_id=measure.id, client_id=measure.client_id, instrument=measure.instrument
        ))  # fmt: skip
    episode = await queries.find_open_episode(tx, measure.client_id)
    if episode and is_off_track(instrument, [*totals, measure.total]):
        await open_duty(
            tx,
            DutyKind.NOT_ON_TRACK,
            subject_id=measure.id,
            client_id=measure.client_id,
            due_at=end_of_day(tx.now, await queries.timezone(tx)),
            rule=f"{measure.instrument}.not_on_track",
            assignee_id=episode.primary_clinician_id,
            by=by,
        )
