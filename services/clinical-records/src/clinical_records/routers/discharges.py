from uuid import UUID

from fastapi import APIRouter
from privacy import DataClass
from shared.edge import NEEDS_KEY, Tx, leaving
from shared.pagination import Page, Paging

from clinical_records import queries
from clinical_records.models import Discharge
from clinical_records.rules.discharges import DischargeStatus
from clinical_records.schemas.discharges import DischargeChange, DischargeOut, DischargeSummary, NewDischarge
from clinical_records.scopes import CanReadDischarges, CanSignNotes, CanWriteDischarges
from clinical_records.use_cases.cosign_discharge import cosign_discharge
from clinical_records.use_cases.draft_discharge import draft_discharge
from clinical_records.use_cases.edit_discharge import edit_discharge
from clinical_records.use_cases.list_records import list_records
from clinical_records.use_cases.read_discharge import read_discharge
from clinical_records.use_cases.sign_discharge import sign_discharge

router = APIRouter(prefix="/v1/discharges", tags=["discharges"], route_class=leaving(DataClass.CLINICAL))


@router.post("", response_model=DischargeOut, status_code=201)
async def post_discharge(new: NewDischarge, tx: Tx, by: CanWriteDischarges) -> DischargeOut:
    """Begin the discharge summary of an episode."""
    return await draft_discharge(tx, new, by=by)


@router.get("", response_model=Page[DischargeSummary])
async def list_discharges(
    tx: Tx,
    by: CanReadDischarges,
    page: Paging,
    client_id: UUID | None = None,
    episode_id: UUID | None = None,
    status: DischargeStatus | None = None,
) -> Page[Discharge]:
    """List discharge summaries without their words, newest first."""
    found = queries.list_discharges(tx, page, client_id=client_id, episode_id=episode_id, status=status)
    return await list_records(tx, found, by=by)


@router.get("/{discharge_id}", response_model=DischargeOut)
async def get_discharge(discharge_id: UUID, tx: Tx, by: CanReadDischarges) -> DischargeOut:
    """Show one discharge summary."""
    return await read_discharge(tx, discharge_id, by=by)


@router.patch("/{discharge_id}", response_model=DischargeOut)
async def patch_discharge(discharge_id: UUID, change: DischargeChange, tx: Tx, by: CanWriteDischarges) -> DischargeOut:
    """Write on in a draft."""
    return await edit_discharge(tx, discharge_id, change, by=by)


@router.post("/{discharge_id}/signature", response_model=DischargeOut, openapi_extra=NEEDS_KEY)
async def post_discharge_signature(discharge_id: UUID, tx: Tx, by: CanWriteDischarges) -> DischargeOut:
    """Sign a complete summary; with the last signature the episode ends."""
    return await sign_discharge(tx, discharge_id, by=by)


@router.post("/{discharge_id}/cosignature", response_model=DischargeOut, openapi_extra=NEEDS_KEY)
async def post_discharge_cosignature(discharge_id: UUID, tx: Tx, by: CanSignNotes) -> DischargeOut:
    """Co-sign as the assigned supervisor."""
    return await cosign_discharge(tx, discharge_id, by=by)
