"""What a client sends to the authorization server. Source: RFC 6749 sections 2.3 and 4.4.2, RFC 7521 section 4.2."""

from dataclasses import dataclass, field
from enum import StrEnum


class Method(StrEnum):
    """How a client says who it is, by the names of RFC 8414; `none`: it only gives its id."""

    BASIC = "client_secret_basic"
    POST = "client_secret_post"
    ASSERTION = "private_key_jwt"
    NONE = "none"


class AppMethod(StrEnum):
    """How a partner app may be registered to sign in. By a secret in sandbox mode alone: ADR 0018."""

    BASIC = "client_secret_basic"
    ASSERTION = "private_key_jwt"


@dataclass(frozen=True)
class ClientRequest:
    """The form fields of any request for which a client signs in."""

    method: Method = Method.NONE
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    client_assertion_type: str = ""
    client_assertion: str = field(default="", repr=False)


@dataclass(frozen=True)
class TokenQuestion(ClientRequest):
    """A token that a client wants to end or to know of (RFC 7009, RFC 7662)."""

    token: str = field(default="", repr=False)
    token_type_hint: str = ""


@dataclass(frozen=True)
class TokenRequest(ClientRequest):
    """The form of a token request: what each grant asks for, and what our services add to it."""

    grant_type: str = ""
    scope: str = ""
    purpose: str = ""
    agency_id: str = ""
    act_sub: str = ""
    code: str = field(default="", repr=False)
    redirect_uri: str = ""
    code_verifier: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)


def methods_used(has_basic: bool, form: dict[str, str]) -> tuple[Method, ...]:
    """Every way in which a request signs its client in; more than one is refused (RFC 6749 section 2.3)."""
    used = {
        Method.BASIC: has_basic,
        Method.POST: "client_secret" in form,
        Method.ASSERTION: "client_assertion" in form or "client_assertion_type" in form,
    }
    return tuple(method for method, is_used in used.items() if is_used) or (Method.NONE,)
