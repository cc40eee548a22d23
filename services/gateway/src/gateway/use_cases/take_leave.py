from shared.db import Transaction

from gateway.models import Credential, Visit
from gateway.pages import Browser, Reply
from gateway.use_cases.issue_token import Office
from gateway.use_cases.pass_second_factor import pass_second_factor


async def take_leave(tx: Transaction, office: Office, browser: Browser, visit: Visit, credential: Credential) -> Reply:
    """The recovery codes were shown and are not shown again: go on."""
    return await pass_second_factor(tx, office, browser, visit, credential)
