from dataclasses import replace
from hmac import compare_digest

from shared.auth import Principal
from shared.signed_out import admit, issue_second

from gateway import queries
from gateway.rules.claims import Holder, partner_app
from gateway.rules.clients import parse_app
from gateway.use_cases.issue_token import Office
from gateway.use_cases.make_secret import hash_of


async def recognise_partner_app(office: Office, client_id: str, secret: str) -> Holder | None:
    """A sandbox's partner app that knows its secret. Its id names the agency, so the look-up stays inside it."""
    named = parse_app(client_id)
    if named is None or not office.settings.sandbox:
        return None
    async with office.database.transaction(Principal.system("gateway", agency_id=named.agency)) as tx:
        await admit(tx)
        app = await queries.find_live_app(tx, named.app)
        kept = app.secret_hash if app and app.secret_hash else bytes(32)
        if not compare_digest(kept, hash_of(secret)) or app is None:
            return None
        tx.audit("token.issue", resource=app.id, by=tx.by)
        issued_at = await issue_second(tx, named.agency, app.id)
    return replace(partner_app(app.registered), issued_at=issued_at)
