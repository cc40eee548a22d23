from shared.db import Transaction

from gateway import queries
from gateway.models import Credential, PartnerApp, Visit
from gateway.pages import Browser, Reply
from gateway.rules.clients import parse_app
from gateway.rules.consent_words import words
from gateway.rules.roles import scopes_of
from gateway.rules.sessions import Stage
from gateway.rules.sign_in_clients import origin_of
from gateway.use_cases.admit_authorization import told
from gateway.use_cases.arrive import arrive
from gateway.use_cases.issue_token import Office


async def show_consent(
    tx: Transaction, office: Office, browser: Browser, visit: Visit, credential: Credential
) -> Reply:
    """What the app would be allowed, in plain words."""
    app, user = await app_of(tx, visit), await queries.get_user(tx, visit.user_id)
    asked = set(visit.scopes or app.scopes)
    allowed = [scope for scope in scopes_of(user.roles) if scope in asked and scope in app.scopes]
    values = {"app": app.name, "wants": [words(scope) for scope in allowed]}
    return Reply("consent", values, leads_to=origin_of(visit.redirect_uri or ""))


async def answer_consent(
    tx: Transaction, office: Office, browser: Browser, visit: Visit, credential: Credential
) -> Reply:
    if browser.form.get("choice") == "allow":
        tx.audit("sign_in.consent", resource=visit.user_id, by=tx.by)
        return await arrive(tx, office, browser, visit, credential)
    visit.stage = Stage.DONE
    await tx.save(visit)
    tx.audit("sign_in.consent", resource=visit.user_id, by=tx.by, outcome="refused", code="access-denied")
    return Reply(
        location=told(office, visit.redirect_uri or "", visit.state, "access_denied", "Not allowed."), visit=""
    )


async def app_of(tx: Transaction, visit: Visit) -> PartnerApp:
    named = parse_app(visit.client_id or "")
    assert named is not None
    return await queries.get_app(tx, named.app)
