from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from intake import queries
from intake.models import Program
from intake.schemas.programs import ProgramChange
from intake.use_cases.publish_program import tell_program


async def change_program(tx: Transaction, program_id: UUID, change: ProgramChange, *, by: Principal) -> Program:
    """Who is in the program stays; one that is not active takes nobody in."""
    program = await queries.lock_program(tx, program_id)
    tx.expect(program)
    for name, value in change.changes().items():
        setattr(program, name, value)
    await tx.save(program)
    tx.audit("program.change", resource=program.id, by=by)
    tell_program(tx, program)
    return program
