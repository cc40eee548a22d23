from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import Tx, leaving
from shared.pagination import Page, Paging

from clinical_records import queries
from clinical_records.models import MeasureAdministration
from clinical_records.rules.measures import InstrumentCode, MeasureStatus
from clinical_records.schemas.measure_administrations import MeasureOut, NewMeasure
from clinical_records.schemas.measures import Answers
from clinical_records.schemas.reasons import Why
from clinical_records.scopes import CanReadMeasures, CanWriteMeasures
from clinical_records.use_cases.assign_measure import assign_measure
from clinical_records.use_cases.decline_measure import decline_measure
from clinical_records.use_cases.list_records import list_records
from clinical_records.use_cases.read_record import read_record
from clinical_records.use_cases.score_measure import score_measure
from clinical_records.use_cases.void_measure import void_measure

router = APIRouter(prefix="/v1/measure-administrations", tags=["measures"], route_class=leaving(DataClass.MEASURES))


@router.post("", response_model=MeasureOut, status_code=201)
async def post_measure_administration(new: NewMeasure, tx: Tx, by: CanWriteMeasures) -> MeasureAdministration:
    """Ask a client to answer an instrument."""
    return await assign_measure(tx, new, by=by)


@router.get("", response_model=Page[MeasureOut])
async def list_measure_administrations(
    tx: Tx,
    by: CanReadMeasures,
    page: Paging,
    client_id: UUID | None = None,
    episode_id: UUID | None = None,
    instrument: InstrumentCode | None = None,
    status: MeasureStatus | None = None,
) -> Page[MeasureAdministration]:
    """List what was asked and answered, newest first."""
    found = queries.list_administrations(
        tx, page, client_id=client_id, episode_id=episode_id, instrument=instrument, status=status
    )
    return await list_records(tx, found, by=by)


@router.get("/{administration_id}", response_model=MeasureOut)
async def get_measure_administration(administration_id: UUID, tx: Tx, by: CanReadMeasures) -> MeasureAdministration:
    """Show one administration with its answers and score."""
    return await read_record(tx, queries.get_administration, administration_id, by=by)


@router.post("/{administration_id}/answers", response_model=MeasureOut)
async def post_answers(
    administration_id: UUID, answers: Answers, tx: Tx, by: CanWriteMeasures
) -> MeasureAdministration:
    """Score the answers of an assigned measure and tell who waits for it."""
    return await score_measure(tx, administration_id, answers, by=by)


@router.post("/{administration_id}/decline", response_model=MeasureOut)
async def post_measure_decline(administration_id: UUID, tx: Tx, by: CanWriteMeasures) -> MeasureAdministration:
    """Note that the client would rather not answer."""
    return await decline_measure(tx, administration_id, by=by)


@router.post("/{administration_id}/void", response_model=MeasureOut)
async def post_measure_void(administration_id: UUID, why: Why, tx: Tx, by: CanWriteMeasures) -> MeasureAdministration:
    """Void a score that was entered in error."""
    return await void_measure(tx, administration_id, why.reason, by=by)
