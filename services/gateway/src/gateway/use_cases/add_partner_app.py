from shared.auth import Principal
from shared.db import Transaction

from gateway.models import PartnerApp
from gateway.schemas import NewPartnerApp, PartnerAppSecret
from gateway.use_cases.check_clinics import check_clinics
from gateway.use_cases.make_secret import make_secret
from gateway.use_cases.show_secret import show_secret


async def add_partner_app(tx: Transaction, new: NewPartnerApp, *, by: Principal) -> PartnerAppSecret:
    """Register a program of somebody else's; its secret is in this answer and nowhere else."""
    await check_clinics(tx, new.clinic_ids)
    secret, kept = make_secret()
    app = await tx.add(
        PartnerApp(
            id=tx.new_id("app"),
            name=new.name,
            secret_hash=kept,
            scopes=sorted({scope.value for scope in new.scopes}),
            clinic_ids=sorted(set(new.clinic_ids)),
        )
    )
    tx.audit("partner_app.add", resource=app.id, by=by)
    return show_secret(app, secret)
