from dataclasses import replace

from shared.auth import Principal
from shared.errors import NotFound
from shared.signed_out import admit

from gateway import queries
from gateway.rules.clients import agency_id_of
from gateway.schemas.oauth import TokenOut
from gateway.schemas.sandbox import SandboxSignIn
from gateway.use_cases.issue_token import Office, issue_token
from gateway.use_cases.make_holder import make_holder


async def sign_in_sandbox(office: Office, who: SandboxSignIn) -> TokenOut:
    """A token for any active user of a sandbox, without a password. Never there outside sandbox mode."""
    by = Principal.system("gateway", agency_id=agency_id_of(who.agency))
    async with office.database.transaction(by) as tx:
        await admit(tx)
        agency = await queries.get_agency(tx, tx.agency_id)
        user = await queries.get_user_by_name(tx, who.username)
        holder = await make_holder(tx, agency, user, "sandbox")
        tx.audit("token.issue", resource=user.id, by=tx.by)
    if not agency.is_active:
        raise NotFound()
    return issue_token(office, replace(holder, purpose=who.purpose))
