from uuid import UUID

from shared.db import Transaction

from intake import queries
from intake.errors import ClinicClosed, ProgramInactive
from intake.models import Program


async def check_program(tx: Transaction, program: Program) -> None:
    """Whether it takes people in: a program that is not active, or whose clinic is closed, does not."""
    if not program.is_active:
        raise ProgramInactive("Choose an active program.")
    await check_clinic(tx, program.clinic_id)


async def check_clinic(tx: Transaction, clinic_id: UUID) -> None:
    clinic = await queries.find_clinic(tx, clinic_id)
    if clinic is not None and not clinic.is_active:
        raise ClinicClosed("Choose a clinic that is open.")
