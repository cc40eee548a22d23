from uuid import UUID

from fastapi import APIRouter
from shared.edge import EdgeRoute, Tx
from shared.pagination import Page, Paging

from intake import queries
from intake.models import Program
from intake.schemas.programs import NewProgram, ProgramChange, ProgramOut
from intake.scopes import CanReadPrograms, CanWritePrograms
from intake.use_cases.change_program import change_program
from intake.use_cases.publish_program import publish_program

router = APIRouter(prefix="/v1/admin/programs", tags=["programs"], route_class=EdgeRoute)


@router.post("", response_model=ProgramOut, status_code=201)
async def post_program(new: NewProgram, tx: Tx, by: CanWritePrograms) -> Program:
    """Publish a program of a clinic."""
    return await publish_program(tx, new, by=by)


@router.get("", response_model=Page[ProgramOut])
async def list_programs(tx: Tx, by: CanReadPrograms, page: Paging) -> Page[Program]:
    """List the agency's programs."""
    return await queries.list_programs(tx, page)


@router.get("/{program_id}", response_model=ProgramOut)
async def get_program(program_id: UUID, tx: Tx, by: CanReadPrograms) -> Program:
    """Read a program."""
    return await queries.get_program(tx, program_id)


@router.patch("/{program_id}", response_model=ProgramOut)
async def patch_program(program_id: UUID, change: ProgramChange, tx: Tx, by: CanWritePrograms) -> Program:
    """Change a program's name, review cycle or access standard, or suspend it: then it takes nobody in."""
    return await change_program(tx, program_id, change, by=by)
