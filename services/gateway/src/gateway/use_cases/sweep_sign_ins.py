from datetime import datetime, time, timedelta

from shared.clock import real_now
from shared.db import Transaction

from gateway import queries

KIND = "sign_ins_swept"
KEPT = timedelta(days=1)
MOST = 1000
SOON = timedelta(minutes=1)
DAY = timedelta(days=1)


async def sweep_sign_ins(tx: Transaction, *, most: int = MOST) -> None:
    """What signing in left behind and was over a day ago goes: no code, token or cookie of it is good any more."""
    swept = await queries.sweep_sign_ins(tx, real_now() - KEPT, most)
    tx.audit("sign_in.sweep", resource=tx.agency_id, by=tx.by, code=str(swept))
    if swept == most:
        await tx.start_timer(KIND, subject=tx.agency_id, due_at=tx.now + SOON, key=(tx.now + SOON).isoformat())


async def let_sweep(tx: Transaction) -> None:
    """Somebody signs in: it is swept tonight, once however many come."""
    tonight = datetime.combine(tx.now.date() + DAY, time(3), tx.now.tzinfo)
    await tx.start_timer(KIND, subject=tx.agency_id, due_at=tonight, key=tonight.date().isoformat())
