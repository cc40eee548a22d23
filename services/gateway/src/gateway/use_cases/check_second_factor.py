import re

from shared.clock import real_now
from shared.db import Transaction
from shared.log import logger

from gateway import queries
from gateway.errors import TooOften
from gateway.models import Credential, Visit
from gateway.pages import Browser, Reply
from gateway.rules.clients import NOBODY
from gateway.rules.one_time_codes import matching_step
from gateway.rules.throttles import code_buckets
from gateway.use_cases.issue_token import Office
from gateway.use_cases.know_device import known_device
from gateway.use_cases.limit_attempts import forgive_attempt, limit_attempts
from gateway.use_cases.make_recovery_codes import digest_of
from gateway.use_cases.pass_second_factor import leads_to, pass_second_factor

PLACE = "credential.totp_sealed"
WRONG = "This code is not right, or it was used already."


async def show_second_factor(
    tx: Transaction, office: Office, browser: Browser, visit: Visit, credential: Credential
) -> Reply:
    return asked(visit)


async def check_second_factor(
    tx: Transaction, office: Office, browser: Browser, visit: Visit, credential: Credential
) -> Reply:
    """A code of the authenticator, or one of the recovery codes; each counts once."""
    device = known_device(office.settings, tx.agency_id, credential, browser.devices)
    buckets = code_buckets(str(visit.user_id), device=device)
    try:
        await limit_attempts(tx, office.settings, buckets)
    except TooOften as error:
        return asked(visit, status=429, problem=error.detail, retry_after=error.seconds)
    code = re.sub(r"[\s-]", "", browser.form.get("code", "")).upper()
    if await is_right(tx, credential, code) or await is_recovery(tx, credential, code):
        await forgive_attempt(tx, office.settings, buckets)
        return await pass_second_factor(tx, office, browser, visit, credential)
    tx.audit("sign_in.code", resource=visit.user_id, by=tx.by, outcome="refused", code="wrong-code")
    logger.warning("sign_in.code_refused", agency=str(tx.agency_id), request_id=browser.request_id)
    return asked(visit, status=422, problem=WRONG)


def asked(visit: Visit, *, status: int = 200, problem: str = "", retry_after: int = 0) -> Reply:
    values = {"problem": problem}
    return Reply("second_factor", values, status, leads_to=leads_to(visit), retry_after=retry_after)


async def is_right(tx: Transaction, credential: Credential, code: str) -> bool:
    """The time step is kept with the code: the same code a second time is refused (RFC 6238 section 5.2)."""
    key, sealed = credential.totp_key_id or NOBODY, credential.totp_sealed or b""
    secret = await tx.unseal(tx.agency_id, key, sealed, PLACE, credential.id)
    found = matching_step(secret, code, at=real_now().timestamp(), after=credential.totp_step)
    if found is None:
        return False
    credential.totp_step = found
    await tx.save(credential)
    tx.audit("sign_in.code", resource=credential.id, by=tx.by)
    return True


async def is_recovery(tx: Transaction, credential: Credential, code: str) -> bool:
    kept = await queries.lock_unused_code(tx, credential.id, digest_of(credential.id, code))
    if kept is None:
        return False
    kept.used_at = real_now()
    await tx.save(kept)
    tx.audit("sign_in.recovery_code", resource=credential.id, by=tx.by)
    return True
