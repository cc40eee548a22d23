from clinical_records.rules.measures import INSTRUMENTS
from clinical_records.schemas.measures import InstrumentList, InstrumentOut, ItemOut


def list_instruments() -> InstrumentList:
    """Which instruments are scored here, with their ranges, bands and codes."""
    return InstrumentList(
        items=[
            InstrumentOut(
                instrument=i.code,
                definition_version=i.version,
                items=[ItemOut.model_validate(item) for item in i.items],
                bands=list(i.bands),
                positive_from=i.positive_from,
                most_missing=i.most_missing,
                safety_items=list(i.safety_items),
                panel_loinc=i.panel_loinc,
                total_loinc=i.total_loinc,
                answer_loincs=list(i.answer_loincs),
            )
            for i in INSTRUMENTS.values()
        ]
    )
