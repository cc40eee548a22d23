from privacy import DataClass
from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import CodeRefused, ConfirmationRefused, EpisodeNotOpen, PrincipalTaken
from clinical_records.models import Diagnosis
from clinical_records.rules.diagnoses import (
    CODE_SET_VERSION,
    PRINCIPAL,
    STARTS_AS,
    Verification,
    is_billable,
    normalised,
)
from clinical_records.schemas.diagnoses import NewDiagnosis
from clinical_records.use_cases.find_labels import find_labels
from clinical_records.use_cases.keep_diagnosis_change import keep_diagnosis_change


async def record_diagnosis(tx: Transaction, new: NewDiagnosis, *, by: Principal) -> Diagnosis:
    """Record a diagnosis of an episode. There is one principal diagnosis at a time."""
    episode = await queries.get_episode(tx, new.episode_id)
    if episode.client_id != new.client_id or episode.closed_on:
        raise EpisodeNotOpen()
    code = normalised(new.code)
    if code is None:
        raise CodeRefused(pointer="/code")
    if new.verification not in STARTS_AS:
        raise ConfirmationRefused("A new diagnosis is provisional, confirmed or rule_out.", pointer="/verification")
    profile = await queries.find_clinician(tx, by.id)
    if new.verification is Verification.CONFIRMED and profile and profile.needs_cosign:
        raise ConfirmationRefused(pointer="/verification")
    if new.rank == PRINCIPAL and await queries.find_principal(tx, episode.id):
        raise PrincipalTaken("Give it another rank, or change the standing one first.")
    row = await tx.add(Diagnosis(
        client_id=new.client_id, episode_id=episode.id, code=code, code_set_version=CODE_SET_VERSION, text=new.text,
        rank=new.rank, verification=new.verification, is_billable=is_billable(code, new.verification),
        onset_on=new.onset_on, recorded_by=by.id,
        security_labels=await find_labels(tx, DataClass.DIAGNOSIS, new.client_id, episode.id),
    ))  # fmt: skip
    await keep_diagnosis_change(tx, row, None, by=by)
    return row
