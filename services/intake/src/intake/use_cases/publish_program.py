from shared.auth import Principal
from shared.contracts.intake import ProgramPublished
from shared.db import Transaction

from intake import queries
from intake.errors import ProgramCodeTaken
from intake.models import Program
from intake.schemas.programs import NewProgram
from intake.use_cases.check_program import check_clinic


async def publish_program(tx: Transaction, new: NewProgram, *, by: Principal) -> Program:
    await check_clinic(tx, new.clinic_id)
    if await queries.find_program_of_code(tx, new.clinic_id, new.code):
        raise ProgramCodeTaken("Choose another code.")
    program = await tx.add(Program(**new.model_dump(), id=tx.new_id("program")))
    await tx.supply(f"program:{program.id}")
    tx.audit("program.publish", resource=program.id, by=by)
    tell_program(tx, program)
    return program


def tell_program(tx: Transaction, program: Program) -> None:
    tx.publish(
        ProgramPublished(
            program_id=program.id,
            clinic_id=program.clinic_id,
            is_part2=program.is_part2,
            review_every_days=program.review_every_days,
            is_active=program.is_active,
        )
    )
