from shared.db import Transaction

from gateway.models import Credential, Visit
from gateway.pages import Browser, Reply
from gateway.rules.sessions import Stage, after_second_factor
from gateway.rules.sign_in_clients import origin_of, parse_sign_in_client
from gateway.use_cases.answer_consent import show_consent
from gateway.use_cases.arrive import arrive
from gateway.use_cases.issue_token import Office


async def pass_second_factor(
    tx: Transaction, office: Office, browser: Browser, visit: Visit, credential: Credential
) -> Reply:
    """Who signs in is certain: a partner app still needs the person's yes."""
    named = parse_sign_in_client(visit.client_id or "")
    visit.stage = after_second_factor(is_partner=named is not None and not named.is_public)
    if visit.stage is Stage.DONE:
        return await arrive(tx, office, browser, visit, credential)
    await tx.save(visit)
    return await show_consent(tx, office, browser, visit, credential)


def leads_to(visit: Visit) -> str:
    return origin_of(visit.redirect_uri) if visit.redirect_uri else ""
