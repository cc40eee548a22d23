from dataclasses import replace
from datetime import UTC, datetime, timedelta

from shared.auth import ASSERTION_TYPES, LEEWAY, Principal, check_assertion, kid_of, subject_of
from shared.errors import NotSignedIn
from shared.signed_out import admit, issue_second

from gateway import queries
from gateway.errors import TokenRefused
from gateway.models import PartnerApp
from gateway.rules.app_keys import Jwk, SigningAlg, usable
from gateway.rules.claims import Holder, partner_app
from gateway.rules.clients import AppId, parse_app
from gateway.rules.requests import ClientRequest
from gateway.use_cases.issue_token import Office

BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


async def recognise_by_assertion(office: Office, request: ClientRequest) -> Holder | None:
    """A partner app that signs its assertion with its own key, once (RFC 7523, SMART backend services)."""
    if request.client_assertion_type != BEARER:
        raise TokenRefused("invalid_request", f"The client_assertion_type is {BEARER}.")
    client_id = subject_of(request.client_assertion)
    named = parse_app(client_id)
    if named is None or request.client_id not in ("", client_id):
        return None
    app = await look_up(office, named)
    alg = app.token_endpoint_auth_signing_alg if app else None
    if app is None or alg is None:
        return None
    try:
        jti, expires_at = await verified(office, app, alg, client_id, request.client_assertion)
    except NotSignedIn:
        return None
    issued_at = await spend(office, named, jti, expires_at)
    return None if issued_at is None else replace(partner_app(app.registered), issued_at=issued_at)


async def look_up(office: Office, named: AppId) -> PartnerApp | None:
    async with office.database.transaction(Principal.system("gateway", agency_id=named.agency)) as tx:
        return await queries.find_live_app(tx, named.app)


async def verified(office: Office, app: PartnerApp, alg: SigningAlg, client_id: str, assertion: str) -> tuple[str, int]:
    """`jti` and expiry of an assertion for our token endpoint. Raises NotSignedIn, Unavailable."""
    kid = kid_of(assertion, alg, ASSERTION_TYPES)
    return check_assertion(assertion, await key_of(office, app, alg, kid), alg, client_id, office.token_endpoint)


async def key_of(office: Office, app: PartnerApp, alg: SigningAlg, kid: str) -> Jwk:
    """The registered key; one that is nowhere verifies nothing."""
    jwks = app.jwks if app.jwks_uri is None else await office.key_sets.read(app.jwks_uri, alg, kid)
    return usable(jwks, alg).get(kid, {})


async def spend(office: Office, named: AppId, jti: str, expires_at: int) -> int | None:
    """When it counts; None for an assertion that was used before, or of an app that was suspended while it was read.

    Kept until it expires, with what clocks may differ.
    """
    kept_until = datetime.fromtimestamp(expires_at, UTC) + timedelta(seconds=LEEWAY)
    async with office.database.transaction(Principal.system("gateway", agency_id=named.agency)) as tx:
        await admit(tx)
        if not await queries.spend_assertion(tx, named.app, jti, kept_until):
            return None
        if await queries.find_live_app(tx, named.app) is None:
            return None
        tx.audit("token.issue", resource=named.app, by=tx.by)
        return await issue_second(tx, named.agency, named.app)
