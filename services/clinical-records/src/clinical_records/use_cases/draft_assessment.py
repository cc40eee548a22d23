from privacy import DataClass
from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import EpisodeNotOpen
from clinical_records.models import Assessment
from clinical_records.rules.assessments import AssessmentStatus
from clinical_records.schemas.assessments import AssessmentOut, NewAssessment
from clinical_records.use_cases.find_labels import find_labels
from clinical_records.use_cases.open_assessment import open_assessment
from clinical_records.use_cases.seal_content import seal_content


async def draft_assessment(tx: Transaction, new: NewAssessment, *, by: Principal) -> AssessmentOut:
    """Begin the biopsychosocial assessment of an episode."""
    episode = await queries.get_episode(tx, new.episode_id)
    if episode.client_id != new.client_id or episode.closed_on:
        raise EpisodeNotOpen()
    row = Assessment(
        client_id=episode.client_id, episode_id=episode.id, author_id=by.id, loc_code=new.loc_code,
        status=AssessmentStatus.DRAFT,
        security_labels=await find_labels(tx, DataClass.CLINICAL, episode.client_id, episode.id),
    )  # fmt: skip
    await seal_content(tx, row, new.model_dump(mode="json", exclude_none=True)["domains"])
    await tx.add(row)
    tx.audit("assessment.draft", subject=row.client_id, resource=row.id, by=by)
    return await open_assessment(tx, row)
