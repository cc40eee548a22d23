from uuid import UUID

from shared.clock import real_now
from shared.db import Transaction

from gateway import queries
from gateway.errors import PageRefused, PasswordRefused
from gateway.models import Agency, Invitation, UserAccount
from gateway.pages import Browser, Reply
from gateway.rules.sessions import Stage
from gateway.use_cases.begin_visit import open_visit
from gateway.use_cases.issue_token import Office
from gateway.use_cases.make_secret import hash_of
from gateway.use_cases.set_password import check_new_password, set_password

OVER = "This link is not good any more: each works once, for 72 hours. Ask for a new one."
DIFFERENT = "The two are not the same. Type the password again."

Found = tuple[Invitation, UserAccount, Agency]


async def show_invitation(office: Office, token: str, browser: Browser) -> Reply:
    """The page on which the invited person chooses a password."""
    inside, random = parts_of(token)
    async with office.inside(inside, browser.request_id) as tx:
        _, user, agency = await find(tx, random)
    return shown(user, agency)


async def accept_invitation(office: Office, token: str, browser: Browser) -> Reply:
    """Set the password; the link ends, and the authenticator comes next."""
    inside, random = parts_of(token)
    password = browser.form.get("password", "")
    async with office.inside(inside, browser.request_id) as tx:
        _, user, agency = await find(tx, random)
    try:
        check_new_password(password, user, agency)
    except PasswordRefused as error:
        return shown(user, agency, problem=error.detail)
    if browser.form.get("again", "") != password:
        return shown(user, agency, different=DIFFERENT)
    password_hash = await office.passwords.hash(password)
    async with office.inside(inside, browser.request_id) as tx:
        invitation, user, _ = await find(tx, random)
        invitation.ended_at = real_now()
        await tx.save(invitation)
        await set_password(tx, user, password_hash, is_anew=True)
        visit, secret = await open_visit(tx, user, Stage.ENROL)
        await tx.add(visit)
        tx.audit("invitation.accept", resource=user.id, by=tx.by)
    return Reply(location="/oauth/sign-in", visit=secret)


def parts_of(token: str) -> tuple[UUID, str]:
    agency, _, random = token.partition(".")
    try:
        return UUID(agency), random
    except ValueError as error:
        raise PageRefused(OVER) from error


async def find(tx: Transaction, random: str) -> Found:
    invitation = await queries.lock_invitation(tx, hash_of(random))
    if invitation is None or invitation.ended_at is not None or invitation.expires_at <= real_now():
        raise PageRefused(OVER)
    user, agency = await queries.get_user(tx, invitation.user_id), await queries.get_agency(tx, tx.agency_id)
    if not user.is_active or not agency.is_active:
        raise PageRefused(OVER)
    return invitation, user, agency


def shown(user: UserAccount, agency: Agency, *, problem: str = "", different: str = "") -> Reply:
    values = {"username": user.username, "agency": agency.name, "problem": problem, "different": different}
    return Reply("invitation", values, 422 if problem or different else 200)
