from uuid import UUID

from fastapi import APIRouter
from shared.edge import EdgeRoute, Tx
from shared.pagination import Page, Paging

from workforce import queries
from workforce.models import Clinician
from workforce.schemas import ClinicianChange, ClinicianOut, NewClinician
from workforce.scopes import CanReadClinicians, CanWriteClinicians
from workforce.use_cases.add_clinician import add_clinician
from workforce.use_cases.change_clinician import change_clinician

router = APIRouter(prefix="/v1/clinicians", tags=["clinicians"], route_class=EdgeRoute)


@router.post("", response_model=ClinicianOut, status_code=201)
async def post_clinician(new: NewClinician, tx: Tx, by: CanWriteClinicians) -> Clinician:
    """Make the profile of a clinician; what they may sign follows from verified credentials."""
    return await add_clinician(tx, new, by=by)


@router.get("", response_model=Page[ClinicianOut])
async def list_clinicians(tx: Tx, by: CanReadClinicians, page: Paging) -> Page[Clinician]:
    """List the agency's clinicians."""
    return await queries.list_clinicians(tx, page)


@router.get("/{clinician_id}", response_model=ClinicianOut)
async def get_clinician(clinician_id: UUID, tx: Tx, by: CanReadClinicians) -> Clinician:
    """Read one clinician's profile."""
    return await queries.get_clinician(tx, clinician_id)


@router.patch("/{clinician_id}", response_model=ClinicianOut)
async def patch_clinician(clinician_id: UUID, change: ClinicianChange, tx: Tx, by: CanWriteClinicians) -> Clinician:
    """Change a clinician's profile."""
    return await change_clinician(tx, clinician_id, change, by=by)
