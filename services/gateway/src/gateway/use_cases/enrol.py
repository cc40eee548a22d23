import re

import segno
from shared.clock import real_now
from shared.db import Transaction

from gateway import queries
from gateway.models import Credential, Visit
from gateway.pages import Browser, Reply
from gateway.rules.one_time_codes import address_of, matching_step
from gateway.rules.sessions import Stage
from gateway.use_cases.begin_visit import needs_totp, open_secret
from gateway.use_cases.check_second_factor import PLACE
from gateway.use_cases.issue_token import Office
from gateway.use_cases.make_recovery_codes import make_recovery_codes
from gateway.use_cases.pass_second_factor import leads_to, pass_second_factor

WRONG = "This code is not right. See that the clock of your phone is, and take the code that it shows now."


async def show_enrolment(
    tx: Transaction, office: Office, browser: Browser, visit: Visit, credential: Credential
) -> Reply:
    return await offered(tx, visit)


async def enrol(tx: Transaction, office: Office, browser: Browser, visit: Visit, credential: Credential) -> Reply:
    """The authenticator shows that it has the secret; the account keeps it, and recovery codes are shown this once."""
    user = await queries.get_user(tx, visit.user_id)
    if browser.form.get("choice") == "skip" and not await needs_totp(tx, user):
        return await pass_second_factor(tx, office, browser, visit, credential)
    secret, code = await open_secret(tx, visit), re.sub(r"\s", "", browser.form.get("code", ""))
    step = matching_step(secret, code, at=real_now().timestamp(), after=0)
    if step is None:
        return await offered(tx, visit, status=422, problem=WRONG)
    sealed = await tx.seal(tx.agency_id, secret, PLACE, credential.id)
    credential.totp_key_id, credential.totp_sealed, credential.totp_step = sealed.key_id, sealed.ciphertext, step
    visit.stage, visit.totp_key_id, visit.totp_sealed = Stage.RECOVERY_CODES, None, None
    await tx.save(credential)
    await tx.save(visit)
    tx.audit("sign_in.enrol", resource=user.id, by=tx.by)
    return Reply("recovery_codes", {"codes": await make_recovery_codes(tx, user.id)}, leads_to=leads_to(visit))


async def offered(tx: Transaction, visit: Visit, *, status: int = 200, problem: str = "") -> Reply:
    agency, user = await queries.get_agency(tx, tx.agency_id), await queries.get_user(tx, visit.user_id)
    secret = await open_secret(tx, visit)
    code = segno.make(address_of(secret, username=user.username, agency=agency.name), micro=False, error="m")
    values = {
        "problem": problem,
        "picture": code.svg_inline(scale=4, border=4, svgclass=None, lineclass=None, omitsize=True, light="#fff"),
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "may_skip": not await needs_totp(tx, user),
    }
    return Reply("enrol", values, status, leads_to=leads_to(visit))
