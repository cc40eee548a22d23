from collections.abc import Awaitable, Callable
from uuid import UUID

from shared.clock import real_now
from shared.db import Transaction

from gateway import queries
from gateway.errors import PageRefused
from gateway.models import Credential, Visit
from gateway.pages import Browser, Reply
from gateway.rules.sessions import Stage
from gateway.use_cases.answer_consent import answer_consent, show_consent
from gateway.use_cases.check_second_factor import check_second_factor, show_second_factor
from gateway.use_cases.enrol import enrol, show_enrolment
from gateway.use_cases.issue_token import Office
from gateway.use_cases.make_secret import hash_of
from gateway.use_cases.take_leave import take_leave

Step = Callable[[Transaction, Office, Browser, Visit, Credential], Awaitable[Reply]]
PAGES: dict[Stage, Step] = {
    Stage.SECOND_FACTOR: show_second_factor,
    Stage.ENROL: show_enrolment,
    Stage.RECOVERY_CODES: take_leave,
    Stage.CONSENT: show_consent,
}
ACTIONS: dict[Stage, Step] = {
    Stage.SECOND_FACTOR: check_second_factor,
    Stage.ENROL: enrol,
    Stage.RECOVERY_CODES: take_leave,
    Stage.CONSENT: answer_consent,
}
OVER = "This took too long, or it is done already. Start again from the program that you want to use."


async def show_step(office: Office, browser: Browser) -> Reply:
    """The page of the stage at which this browser stands."""
    return await step(office, browser, PAGES)


async def go_on(office: Office, browser: Browser) -> Reply:
    """What the browser sends, by the stage at which it stands."""
    return await step(office, browser, ACTIONS)


async def step(office: Office, browser: Browser, steps: dict[Stage, Step]) -> Reply:
    agency, _, secret = browser.visit.partition(".")
    try:
        inside = UUID(agency)
    except ValueError as error:
        raise PageRefused(OVER) from error
    async with office.inside(inside, browser.request_id) as tx:
        visit = await queries.lock_visit(tx, hash_of(secret))
        credential = await queries.lock_credential(tx, visit.user_id) if visit else None
        if visit is None or credential is None or visit.stage not in steps or visit.expires_at < real_now():
            raise PageRefused(OVER)
        return await steps[visit.stage](tx, office, browser, visit, credential)
