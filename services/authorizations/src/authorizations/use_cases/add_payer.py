from shared.auth import Principal
from shared.db import Transaction

from authorizations.models import Payer
from authorizations.schemas import NewPayer


async def add_payer(tx: Transaction, new: NewPayer, *, by: Principal) -> Payer:
    payer = await tx.add(Payer(**new.model_dump()))
    tx.audit("payer.add", resource=payer.id, by=by)
    return payer
