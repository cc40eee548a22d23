from collections.abc import Sequence
from uuid import UUID

from shared.db import Transaction

from gateway import queries
from gateway.errors import ClinicUnknown


async def check_clinics(tx: Transaction, clinic_ids: Sequence[UUID]) -> None:
    """Each id must be a clinic of the agency."""
    known = await queries.find_clinics(tx, clinic_ids)
    for place, clinic_id in enumerate(clinic_ids):
        if clinic_id not in known:
            raise ClinicUnknown("No such clinic in this agency.", pointer=f"/clinic_ids/{place}")
