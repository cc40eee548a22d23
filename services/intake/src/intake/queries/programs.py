"""Programs."""

from uuid import UUID

from shared.db import Transaction
from shared.pagination import Page, PageRequest
from sqlalchemy import bindparam, select
from sqlmodel import col

from intake.models import Program

PROGRAM = select(Program).where(col(Program.id) == bindparam("id"))
PROGRAM_LOCKED = PROGRAM.with_for_update()
PROGRAM_OF_CODE = select(Program).where(
    col(Program.clinic_id) == bindparam("clinic_id"), col(Program.code) == bindparam("code")
)
PROGRAMS = select(Program)
PART2_PROGRAMS = select(col(Program.id)).where(col(Program.is_part2))


async def get_program(tx: Transaction, program_id: UUID) -> Program:
    return await tx.fetch_one(Program, PROGRAM, id=program_id)


async def lock_program(tx: Transaction, program_id: UUID) -> Program:
    return await tx.fetch_one(Program, PROGRAM_LOCKED, id=program_id)


async def find_program(tx: Transaction, program_id: UUID | None) -> Program | None:
    return await tx.fetch_optional(Program, PROGRAM, id=program_id)


async def find_program_of_code(tx: Transaction, clinic_id: UUID, code: str) -> Program | None:
    return await tx.fetch_optional(Program, PROGRAM_OF_CODE, clinic_id=clinic_id, code=code)


async def list_programs(tx: Transaction, page: PageRequest) -> Page[Program]:
    return await tx.fetch_page(Program, PROGRAMS, page)


async def list_part2_programs(tx: Transaction) -> frozenset[UUID]:
    return frozenset(row[0] for row in await tx.rows(PART2_PROGRAMS))
