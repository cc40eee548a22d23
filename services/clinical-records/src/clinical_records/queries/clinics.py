"""The agency, its clinics and programs, as other services tell of them."""

from uuid import UUID

from shared.db import Transaction
from sqlalchemy import select

from clinical_records.models import Agency, Clinic, Program
from clinical_records.queries.statements import bare

AGENCY = select(Agency).limit(1)
CLINIC = bare(Clinic)
PROGRAM = bare(Program)


async def timezone(tx: Transaction) -> str:
    """The agency's zone; UTC until its event arrived."""
    found = await tx.fetch_optional(Agency, AGENCY)
    return found.timezone if found else "UTC"


async def clinic_timezone(tx: Transaction, clinic_id: UUID) -> str:
    found = await tx.fetch_optional(Clinic, CLINIC, id=clinic_id)
    return found.timezone if found else await timezone(tx)


async def find_program(tx: Transaction, program_id: UUID) -> Program | None:
    return await tx.fetch_optional(Program, PROGRAM, id=program_id)
