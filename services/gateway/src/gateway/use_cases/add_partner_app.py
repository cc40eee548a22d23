from shared.auth import Principal
from shared.db import Transaction

from gateway.models import PartnerApp
from gateway.rules.app_keys import usable
from gateway.rules.requests import AppMethod
from gateway.schemas.partner_apps import NewPartnerApp, PartnerAppSecret
from gateway.use_cases.check_clinics import check_clinics
from gateway.use_cases.check_sign_in import check_sign_in
from gateway.use_cases.make_secret import make_secret
from gateway.use_cases.show_secret import show_secret


async def add_partner_app(tx: Transaction, new: NewPartnerApp, *, is_sandbox: bool, by: Principal) -> PartnerAppSecret:
    """Register a program of somebody else's. Where it signs in by a secret, this answer alone holds it."""
    check_sign_in(new, is_sandbox=is_sandbox)
    await check_clinics(tx, new.clinic_ids)
    secret, kept = make_secret() if new.token_endpoint_auth_method == AppMethod.BASIC else (None, None)
    app = await tx.add(
        PartnerApp(
            id=tx.new_id("app"),
            name=new.name,
            secret_hash=kept,
            scopes=sorted({scope.value for scope in new.scopes}),
            clinic_ids=sorted(set(new.clinic_ids)),
            purposes=list(dict.fromkeys(purpose.value for purpose in new.purposes)),
            token_endpoint_auth_method=new.token_endpoint_auth_method,
            token_endpoint_auth_signing_alg=new.token_endpoint_auth_signing_alg,
            jwks=public_keys(new),
            jwks_uri=new.jwks_uri,
            origins=sorted(set(new.origins)),
            recipient=new.recipient,
            organization_id=new.organization_id,
        )
    )
    tx.audit("partner_app.add", resource=app.id, by=by)
    return show_secret(app, secret)


def public_keys(new: NewPartnerApp) -> dict[str, list[dict[str, str]]] | None:
    """What we keep of the keys: the public halves that can verify."""
    if new.jwks is None or new.token_endpoint_auth_signing_alg is None:
        return None
    return {"keys": list(usable(new.jwks, new.token_endpoint_auth_signing_alg).values())}
