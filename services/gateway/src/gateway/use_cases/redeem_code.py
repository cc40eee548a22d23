from shared.clock import real_now
from shared.db import Transaction
from shared.log import logger

from gateway import queries
from gateway.errors import TokenRefused
from gateway.rules.proof_keys import is_proven
from gateway.rules.requests import TokenRequest
from gateway.rules.sessions import EndReason
from gateway.rules.sign_in_clients import Named
from gateway.schemas.oauth import TokenOut
from gateway.use_cases.end_session import end_session
from gateway.use_cases.give_tokens import Given, add_refresh_token, exchange, holder_of, start_session
from gateway.use_cases.issue_token import Office
from gateway.use_cases.make_secret import hash_of

NOT_GOOD = TokenRefused("invalid_grant", "The code is unknown, used, too old, or was given for another request.")


async def redeem_code(office: Office, request: TokenRequest) -> TokenOut:
    """The code for tokens (RFC 6749 section 4.1.3). A second use ends what the first one gave."""
    return await exchange(office, request, redeemed, NOT_GOOD)


async def redeemed(tx: Transaction, named: Named, request: TokenRequest) -> Given | None:
    """None where the code is not good for this request; what was done about it is kept."""
    code = await queries.lock_authorization_code(tx, hash_of(request.code))
    if code is None:
        return None
    if code.session_id is not None:
        session = await queries.lock_session(tx, code.session_id)
        await end_session(tx, session, EndReason.CODE_REUSED)
        logger.warning("sign_in.code_reused", agency=str(tx.agency_id))
        return None
    is_bound = (code.client_id, code.redirect_uri) == (named.client_id, request.redirect_uri)
    if not is_bound or not is_proven(code.code_challenge, request.code_verifier) or code.expires_at <= real_now():
        tx.audit("token.issue", resource=code.user_id, by=tx.by, outcome="refused", code="code-not-good")
        return None
    session = await start_session(tx, code.user_id, code.client_id, code.scopes)
    code.used_at, code.session_id = real_now(), session.id
    await tx.save(code)
    holder = await holder_of(tx, named, session, "")
    tx.audit("token.issue", resource=code.user_id, by=tx.by)
    return holder, (await add_refresh_token(tx, session))[1]
