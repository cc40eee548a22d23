from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.signed_out import admit_nobody

from gateway import queries
from gateway.errors import AppRevoked
from gateway.models import PartnerApp
from gateway.schemas.partner_apps import PartnerAppChange
from gateway.use_cases.check_clinics import check_clinics
from gateway.use_cases.sign_out_app import sign_out_app


async def change_partner_app(tx: Transaction, app_id: UUID, change: PartnerAppChange, *, by: Principal) -> PartnerApp:
    """Other rights count at once: the tokens with the old ones end, and the app asks for another."""
    await admit_nobody(tx)
    app = await queries.lock_app(tx, app_id)
    tx.expect(app)
    if app.revoked_at is not None:
        raise AppRevoked("The partner app is revoked; register another.")
    await check_clinics(tx, change.clinic_ids or [])
    for name, value in change.changes().items():
        setattr(app, name, [*dict.fromkeys(value)] if isinstance(value, list) else value)
    app.scopes, app.purposes = [str(scope) for scope in app.scopes], [str(purpose) for purpose in app.purposes]
    await tx.save(app)
    await sign_out_app(tx, app)
    tx.audit("partner_app.change", resource=app.id, by=by)
    return app
