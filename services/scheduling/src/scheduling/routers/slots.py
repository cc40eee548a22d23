from datetime import date
from uuid import UUID

from fastapi import APIRouter
from shared.edge import EdgeRoute, Tx

from scheduling.fields import Minutes
from scheduling.rules.appointments import Kind, Modality
from scheduling.schemas import SlotsOut, SlotWish
from scheduling.scopes import CanReadAvailability
from scheduling.use_cases.find_free_slots import find_free_slots

router = APIRouter(prefix="/v1/slots", tags=["availability"], route_class=EdgeRoute)


@router.get("", response_model=SlotsOut)
async def list_slots(
    tx: Tx,
    by: CanReadAvailability,
    from_on: date,
    until_on: date,
    provider_id: UUID | None = None,
    clinic_id: UUID | None = None,
    kind: Kind | None = None,
    modality: Modality | None = None,
    duration_minutes: Minutes | None = None,
) -> SlotsOut:
    """List free slots: availability less what is booked, from now on, at most 62 days and 500 slots."""
    wish = SlotWish(
        from_on=from_on,
        until_on=until_on,
        provider_id=provider_id,
        clinic_id=clinic_id,
        kind=kind,
        modality=modality,
        duration_minutes=duration_minutes,
    )
    return await find_free_slots(tx, wish, by=by)
