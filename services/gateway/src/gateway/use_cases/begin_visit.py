import secrets

import pyotp
from shared.clock import real_now
from shared.db import Transaction

from gateway import queries
from gateway.models import Credential, UserAccount, Visit
from gateway.pages import Browser, Reply
from gateway.rules.clients import NOBODY
from gateway.rules.roles import OWNERS_OF_RECORDS, Role
from gateway.rules.sessions import VISIT_LIFE, Stage, next_stage
from gateway.use_cases.admit_authorization import Admitted
from gateway.use_cases.arrive import arrive
from gateway.use_cases.issue_token import Office
from gateway.use_cases.make_secret import hash_of
from gateway.use_cases.sweep_sign_ins import let_sweep

PLACE = "visit.totp_sealed"


async def begin_visit(
    tx: Transaction, office: Office, browser: Browser, user: UserAccount, credential: Credential, admitted: Admitted
) -> Reply:
    """The password was right: go on to whatever is missing, under a new secret in the browser."""
    is_partner = not admitted.named.is_public
    needed = await needs_totp(tx, user)
    stage = next_stage(has_totp=credential.has_totp, needs_totp=needed, is_partner=is_partner)
    asked = admitted.asked
    visit, secret = await open_visit(tx, user, stage)
    visit.client_id, visit.redirect_uri = asked.client_id, asked.redirect_uri
    visit.code_challenge = asked.code_challenge
    visit.state, visit.scopes = asked.state or None, asked.scope.split()
    await tx.add(visit)
    await let_sweep(tx)
    if stage is Stage.DONE:
        return await arrive(tx, office, browser, visit, credential)
    return Reply(location="/oauth/sign-in", visit=secret)


async def open_visit(tx: Transaction, user: UserAccount, stage: Stage) -> tuple[Visit, str]:
    """A visit, not yet kept, and the secret that the browser will show: it names the agency, for the look-up."""
    random = secrets.token_urlsafe(32)
    visit = Visit(
        id=tx.new_id("visit"),
        secret_hash=hash_of(random),
        user_id=user.id,
        stage=stage,
        expires_at=real_now() + VISIT_LIFE,
    )
    if stage is Stage.ENROL:
        sealed = await tx.seal(tx.agency_id, pyotp.random_base32(32), PLACE, visit.id)
        visit.totp_key_id, visit.totp_sealed = sealed.key_id, sealed.ciphertext
    return visit, f"{tx.agency_id}.{random}"


async def needs_totp(tx: Transaction, user: UserAccount) -> bool:
    """Staff, unless the agency decided otherwise. Clients and guardians may."""
    policy = await queries.find_sign_in_policy(tx)
    is_staff = not {Role(role) for role in user.roles} & OWNERS_OF_RECORDS
    return is_staff and (policy is None or policy.staff_need_second_factor)


async def open_secret(tx: Transaction, visit: Visit) -> str:
    """The authenticator's secret that this visit offers."""
    return await tx.unseal(tx.agency_id, visit.totp_key_id or NOBODY, visit.totp_sealed or b"", PLACE, visit.id)
