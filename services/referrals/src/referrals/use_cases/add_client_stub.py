from uuid import UUID

from shared.db import Transaction

from referrals import queries


async def add_client_stub(tx: Transaction, client_id: UUID, *, clinic_id: UUID, age_band: str) -> None:
    await queries.keep_client(tx, client_id, clinic_id=clinic_id, age_band=age_band)
    await tx.supply(f"client:{client_id}")
