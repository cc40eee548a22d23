from shared.auth import Principal
from shared.contracts.clinical_records import RiskAssessed
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import LevelRefused
from clinical_records.models import RiskAssessment
from clinical_records.rules.cssrs import RiskLevel, RiskStatus, Triage, refusal_of_level, triage
from clinical_records.rules.duties import DutyKind
from clinical_records.rules.signing import SUPERVISOR
from clinical_records.schemas.risk import CssrsAnswers
from clinical_records.schemas.risk_assessments import RiskOut
from clinical_records.use_cases.close_duties import close_duties
from clinical_records.use_cases.escalate_risk import escalate_risk
from clinical_records.use_cases.open_risk import open_risk
from clinical_records.use_cases.seal_content import seal_content


async def assess_risk(
    tx: Transaction,
    row: RiskAssessment,
    answers: CssrsAnswers,
    *,
    level: RiskLevel | None,
    rationale: str | None,
    by: Principal,
) -> RiskOut:
    """Triage the answers; the triage is a floor for the level that a clinician chooses."""
    row.answers = {**row.answers, **answers.model_dump(exclude_unset=True)}
    found = triage(row.answers)
    row.level, row.triaged_level = chosen(found, level, rationale, by=by), found.level
    row.missing, row.contradictory = list(found.missing), list(found.contradictory)
    row.is_complete = found.is_complete
    await seal_content(tx, row, {"rationale": rationale})
    standing = [r for r in await queries.lock_standing_risks(tx, row.client_id) if r.id != row.id]
    if found.is_complete:
        row.status, row.completed_at = RiskStatus.COMPLETE, tx.now
        await close_duties(tx, DutyKind.CSSRS_SCREEN, about=row.client_id, reason="screened", by=by)
        for before in standing:
            before.status = RiskStatus.SUPERSEDED
            await tx.save(before)
    await tx.save(row)
    tx.audit("risk_assessment.write", subject=row.client_id, resource=row.id, by=by)
    tx.publish(
        RiskAssessed(assessment_id=row.id, client_id=row.client_id, level=row.level, is_complete=row.is_complete)
    )
    await escalate_risk(tx, row, standing[-1].level if standing else None, by=by)
    return await open_risk(tx, row)


def chosen(found: Triage, level: RiskLevel | None, rationale: str | None, *, by: Principal) -> RiskLevel:
    """The clinician's level, or the triage's when he chose none."""
    if level is None:
        return found.level
    is_supervisor = SUPERVISOR in by.roles
    refusal = refusal_of_level(found.level, level, has_rationale=bool(rationale), is_supervisor=is_supervisor)
    if refusal:
        raise LevelRefused(refusal, pointer="/level")
    return level
