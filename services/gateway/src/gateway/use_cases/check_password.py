from dataclasses import dataclass

from shared.db import Transaction
from shared.log import logger

from gateway import queries
from gateway.errors import TooOften
from gateway.models import Credential, UserAccount
from gateway.pages import Browser, Reply
from gateway.rules.clients import NOBODY
from gateway.rules.sign_in_clients import may_use
from gateway.rules.throttles import Bucket, password_buckets
from gateway.use_cases.admit_authorization import Admitted
from gateway.use_cases.begin_visit import begin_visit
from gateway.use_cases.issue_token import Office
from gateway.use_cases.know_device import known_device
from gateway.use_cases.limit_attempts import forgive_attempt, limit_attempts
from gateway.use_cases.show_sign_in import show_sign_in

WRONG = "The user name or the password is not right."
ELSEWHERE = "This account signs in elsewhere: the staff console is for staff, the portal for clients and guardians."


@dataclass(frozen=True)
class Attempt:
    """Whom the name belongs to, if to anybody, and in what the attempt was counted."""

    user: UserAccount | None
    credential: Credential | None
    buckets: tuple[Bucket, ...]

    @property
    def kept(self) -> str | None:
        return self.credential.password_hash if self.credential and self.user else None


async def check_password(office: Office, admitted: Admitted, browser: Browser) -> Reply:
    """The first step. A name that nobody has costs the same work and gets the same answer as a wrong password."""
    username = browser.form.get("username", "").strip().lower()
    try:
        async with office.inside(admitted.agency.id, browser.request_id) as tx:
            attempt = await count(tx, office, username, browser)
    except TooOften as error:
        logger.warning("sign_in.limited", agency=str(admitted.agency.id), request_id=browser.request_id)
        return show_sign_in(admitted, status=429, problem=error.detail, retry_after=error.seconds)
    is_right = await office.passwords.verify(attempt.kept, browser.form.get("password", ""))
    async with office.inside(admitted.agency.id, browser.request_id) as tx:
        if is_right and attempt.user and attempt.credential:
            await forgive_attempt(tx, office.settings, attempt.buckets)
            return await admit(tx, office, admitted, browser, attempt.user, attempt.credential)
        resource = attempt.user.id if attempt.user else None
        tx.audit("sign_in.password", resource=resource, by=tx.by, outcome="refused", code="wrong-password")
    logger.warning("sign_in.refused", agency=str(admitted.agency.id), request_id=browser.request_id)
    return show_sign_in(admitted, status=422, problem=WRONG)


async def count(tx: Transaction, office: Office, username: str, browser: Browser) -> Attempt:
    user = await queries.find_user_by_name(tx, username)
    credential = await queries.find_credential(tx, user.id if user else NOBODY)
    device = known_device(office.settings, tx.agency_id, credential, browser.devices)
    buckets = password_buckets(username, browser.address, device=device)
    await limit_attempts(tx, office.settings, buckets)
    return Attempt(user, credential, buckets)


async def admit(
    tx: Transaction, office: Office, admitted: Admitted, browser: Browser, user: UserAccount, credential: Credential
) -> Reply:
    if not may_use(admitted.named.kind, user.roles):
        tx.audit("sign_in.password", resource=user.id, by=tx.by, outcome="refused", code="another-program")
        return show_sign_in(admitted, status=422, problem=ELSEWHERE)
    await renew_hash(tx, office, credential, browser.form["password"])
    tx.audit("sign_in.password", resource=user.id, by=tx.by)
    return await begin_visit(tx, office, browser, user, credential, admitted)


async def renew_hash(tx: Transaction, office: Office, credential: Credential, password: str) -> None:
    """Kept with the parameters of today; only now is the password at hand."""
    if not office.passwords.is_old(credential.password_hash):
        return
    found = await queries.lock_credential(tx, credential.id)
    if found and found.password_hash == credential.password_hash:
        found.password_hash = await office.passwords.hash(password)
        await tx.save(found)
