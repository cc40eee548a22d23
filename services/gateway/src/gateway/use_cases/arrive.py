import secrets

from shared.clock import real_now
from shared.db import Transaction

from gateway.models import AuthorizationCode, Credential, Visit
from gateway.pages import Browser, Reply
from gateway.rules.authorization import answer_address
from gateway.rules.sessions import CODE_LIFE, Stage
from gateway.use_cases.issue_token import Office
from gateway.use_cases.know_device import with_device
from gateway.use_cases.make_secret import hash_of


async def arrive(tx: Transaction, office: Office, browser: Browser, visit: Visit, credential: Credential) -> Reply:
    """All is shown: send the browser back to the client with a code; who came by an invitation is told what is next."""
    visit.stage = Stage.DONE
    await tx.save(visit)
    tx.audit("sign_in", resource=visit.user_id, by=tx.by)
    devices = with_device(office.settings, tx.agency_id, credential, browser.devices)
    if visit.client_id is None:
        return Reply("ready", visit="", devices=devices)
    code = secrets.token_urlsafe(32)
    await tx.add(issued(tx, visit, code))
    answer = {"code": code, "state": visit.state, "iss": office.settings.issuer}
    return Reply(location=answer_address(visit.redirect_uri or "", answer), visit="", devices=devices)


def issued(tx: Transaction, visit: Visit, code: str) -> AuthorizationCode:
    """One use, one minute, for this client, this address and this challenge only."""
    now = real_now()
    return AuthorizationCode(
        id=tx.new_id("code"),
        code_hash=hash_of(code),
        user_id=visit.user_id,
        client_id=visit.client_id or "",
        redirect_uri=visit.redirect_uri or "",
        code_challenge=visit.code_challenge or "",
        scopes=visit.scopes,
        issued_at=now,
        expires_at=now + CODE_LIFE,
    )
