from uuid import UUID

from fastapi import APIRouter
from shared.edge import EdgeRoute, Tx
from shared.pagination import Page, Paging

from gateway import queries
from gateway.models import Clinic
from gateway.schemas.clinics import ClinicChange, ClinicOut, NewClinic
from gateway.scopes import CanReadClinics, CanWriteClinics
from gateway.use_cases.change_clinic import change_clinic
from gateway.use_cases.open_clinic import open_clinic

router = APIRouter(prefix="/v1/admin/clinics", tags=["clinics"], route_class=EdgeRoute)


@router.post("", response_model=ClinicOut, status_code=201)
async def post_clinic(new: NewClinic, tx: Tx, by: CanWriteClinics) -> Clinic:
    """Open a clinic of the agency."""
    return await open_clinic(tx, new, by=by)


@router.get("", response_model=Page[ClinicOut])
async def list_clinics(tx: Tx, by: CanReadClinics, page: Paging) -> Page[Clinic]:
    """List the agency's clinics."""
    return await queries.list_clinics(tx, page)


@router.get("/{clinic_id}", response_model=ClinicOut)
async def get_clinic(clinic_id: UUID, tx: Tx, by: CanReadClinics) -> Clinic:
    """Read a clinic."""
    return await queries.get_clinic(tx, clinic_id)


@router.patch("/{clinic_id}", response_model=ClinicOut)
async def patch_clinic(clinic_id: UUID, change: ClinicChange, tx: Tx, by: CanWriteClinics) -> Clinic:
    """Change a clinic's name or zone, or close it."""
    return await change_clinic(tx, clinic_id, change, by=by)
