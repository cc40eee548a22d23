"""What an authorization request asks, and its faults. Source: RFC 6749 section 4.1, RFC 7636, RFC 9207, RFC 9700.

Version 2026-11-23.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from urllib.parse import urlencode

from gateway.rules.proof_keys import CHALLENGE, METHOD

LONGEST_STATE = 1024


@dataclass(frozen=True)
class Asked:
    """The parameters of an authorization request, as they came."""

    response_type: str = ""
    client_id: str = ""
    redirect_uri: str = ""
    scope: str = ""
    state: str = ""
    code_challenge: str = ""
    code_challenge_method: str = ""


@dataclass(frozen=True)
class Fault:
    """`code` is one of RFC 6749 section 4.1.2.1."""

    code: str
    detail: str


def asked_of(pairs: Iterable[tuple[str, str]]) -> tuple[Asked, frozenset[str]]:
    """The parameters that we know, and those that stand more than once."""
    known = {field.name for field in fields(Asked)}
    given = [(name, value) for name, value in pairs if name in known]
    times = Counter(name for name, _ in given)
    return Asked(**dict(given)), frozenset(name for name, count in times.items() if count > 1)


def fault_of(asked: Asked, repeated: frozenset[str], scopes: frozenset[str]) -> Fault | None:
    """What is wrong with a request of a known client with a registered address; None where nothing is."""
    if repeated:
        return Fault("invalid_request", f"Twice: {', '.join(sorted(repeated))}.")
    if asked.response_type != "code":
        code = "unsupported_response_type" if asked.response_type else "invalid_request"
        return Fault(code, "response_type is code.")
    if asked.code_challenge_method != METHOD or not CHALLENGE.fullmatch(asked.code_challenge):
        return Fault("invalid_request", "Send a code_challenge with the method S256.")
    if len(asked.state) > LONGEST_STATE or "\x00" in asked.state:
        return Fault("invalid_request", f"state has at most {LONGEST_STATE} characters.")
    if not set(asked.scope.split()) <= scopes:
        return Fault("invalid_scope", "A scope is not known.")
    return None


def answer_address(redirect_uri: str, answer: Mapping[str, str | None]) -> str:
    """The registered address with the answer in its query."""
    query = urlencode({name: value for name, value in answer.items() if value})
    return f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{query}"
