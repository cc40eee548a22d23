from gateway.errors import SignInRefused
from gateway.rules.app_keys import holds_secrets, usable
from gateway.rules.requests import AppMethod
from gateway.schemas.partner_apps import NewPartnerApp


def check_sign_in(new: NewPartnerApp, *, is_sandbox: bool) -> None:
    """One way to sign in, whole: a key that fits, or where the keys are; a secret only in a sandbox (ADR 0018)."""
    if new.token_endpoint_auth_method == AppMethod.ASSERTION:
        check_keys(new)
    elif not is_sandbox:
        raise refused("Outside sandbox mode a partner app signs in with private_key_jwt.", "token_endpoint_auth_method")
    elif new.token_endpoint_auth_signing_alg or new.jwks or new.jwks_uri:
        raise refused("Keys go with private_key_jwt.", "token_endpoint_auth_method")


def check_keys(new: NewPartnerApp) -> None:
    alg = new.token_endpoint_auth_signing_alg
    if alg is None:
        raise refused("Say RS384 or ES384.", "token_endpoint_auth_signing_alg")
    if (new.jwks is None) == (new.jwks_uri is None):
        raise refused("Give jwks or jwks_uri, one of them.", "jwks")
    if holds_secrets(new.jwks):
        raise refused("Send public keys only; make a new pair, for this one is not private any more.", "jwks")
    if new.jwks is not None and not usable(new.jwks, alg):
        raise refused(f"No key of these, with a kid, is for {alg}: RSA of 2048 to 4096 bits, or P-384.", "jwks")


def refused(detail: str, name: str) -> SignInRefused:
    return SignInRefused(detail, pointer=f"/{name}")
