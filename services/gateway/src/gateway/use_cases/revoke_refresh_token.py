from gateway import queries
from gateway.rules.sessions import EndReason
from gateway.rules.sign_in_clients import Named
from gateway.use_cases.end_session import end_session
from gateway.use_cases.issue_token import Office
from gateway.use_cases.make_secret import hash_of


async def revoke_refresh_token(office: Office, named: Named, token: str) -> bool:
    """Sign out of the program that holds this token (RFC 7009). Whether there was such a token of this client."""
    async with office.inside(named.agency) as tx:
        found = await queries.lock_refresh_token(tx, hash_of(token))
        session = await queries.lock_session(tx, found.session_id) if found else None
        if session is None or session.client_id != named.client_id:
            return False
        await end_session(tx, session, EndReason.SIGNED_OUT)
    return True
