from hmac import compare_digest

from shared.auth import Principal

from gateway import queries
from gateway.rules.claims import Holder, clinic_texts
from gateway.rules.clients import parse_app
from gateway.rules.roles import Reach
from gateway.use_cases.issue_token import Office
from gateway.use_cases.make_secret import hash_of


async def recognise_partner_app(office: Office, client_id: str, secret: str) -> Holder | None:
    """A partner app of an active agency. Its id names the agency, so the look-up stays inside it."""
    named = parse_app(client_id)
    if named is None:
        return None
    async with office.database.transaction(Principal.system("gateway", agency_id=named.agency)) as tx:
        app = await queries.find_app(tx, named.app)
        kept = app.secret_hash if app else bytes(32)
        if not compare_digest(kept, hash_of(secret)) or app is None or app.revoked_at is not None:
            return None
        agency = await queries.get_agency(tx, named.agency)
        tx.audit("token.issue", resource=app.id, by=tx.by)
    if not agency.is_active:
        return None
    clinics = clinic_texts(tuple(app.clinic_ids))
    return Holder(app.id, client_id, tuple(app.scopes), Reach.NONE, named.agency, ("partner_app",), clinics)
