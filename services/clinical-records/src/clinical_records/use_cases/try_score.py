from clinical_records.errors import AnswersRefused
from clinical_records.rules.measures import InstrumentCode, definition, faults, score
from clinical_records.schemas.measures import Answers, ScoreOut


def try_score(code: InstrumentCode, answers: Answers) -> ScoreOut:
    """Score answers without recording anything: the same rules as the record's."""
    instrument = definition(code)
    for fault in faults(instrument, answers.items):
        raise AnswersRefused(fault.detail, pointer=fault.pointer)
    result = score(instrument, answers.items)
    return ScoreOut(
        instrument=code,
        definition_version=instrument.version,
        total=result.total,
        highest=instrument.highest,
        band=result.band,
        is_positive=result.is_positive,
        is_prorated=result.is_prorated,
        item_alert=result.item_alert,
        missing=list(result.missing),
        loinc=instrument.total_loinc,
    )
