from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction
from shared.signed_out import admit_nobody

from gateway import queries
from gateway.errors import AppIsSuspended, AppNotSuspended, AppRevoked
from gateway.models import PartnerApp
from gateway.use_cases.sign_out_app import sign_out_app


async def suspend_partner_app(tx: Transaction, app_id: UUID, *, by: Principal) -> PartnerApp:
    """The app is out until it is resumed."""
    await admit_nobody(tx)
    app = await queries.lock_app(tx, app_id)
    if app.revoked_at is not None:
        raise AppRevoked("The partner app is revoked already.")
    if app.suspended_at is not None:
        raise AppIsSuspended("The partner app is suspended already.")
    app.suspended_at = tx.now
    await tx.save(app)
    await sign_out_app(tx, app)
    tx.audit("partner_app.suspend", resource=app.id, by=by)
    return app


async def resume_partner_app(tx: Transaction, app_id: UUID, *, by: Principal) -> PartnerApp:
    """The app may sign in anew."""
    app = await queries.lock_app(tx, app_id)
    if app.suspended_at is None:
        raise AppNotSuspended("The partner app is not suspended.")
    app.suspended_at = None
    await tx.save(app)
    tx.audit("partner_app.resume", resource=app.id, by=by)
    return app
