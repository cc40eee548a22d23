"""What this authorization server says of itself. Source: RFC 8414 section 2, OpenID Connect Discovery 1.0 section 3.

Both documents are the same: what a client finds is what the tables of grants and of ways to sign in hold.
"""

from collections.abc import Iterable
from typing import Any

from gateway.rules.app_keys import SigningAlg


def metadata(issuer: str, *, scopes: Iterable[str], grants: Iterable[str], methods: Iterable[str]) -> dict[str, Any]:
    base, ways, algs = issuer.rstrip("/"), sorted({"none", *map(str, methods)}), [str(alg) for alg in SigningAlg]
    signing_in = {
        f"{endpoint}_endpoint_auth_{what}": value
        for endpoint in ("token", "revocation", "introspection")
        for what, value in (("methods_supported", ways), ("signing_alg_values_supported", algs))
    }
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{base}/oauth/authorize",
        "token_endpoint": f"{base}/oauth/token",
        "revocation_endpoint": f"{base}/oauth/revoke",
        "introspection_endpoint": f"{base}/oauth/introspect",
        "jwks_uri": f"{base}/.well-known/jwks.json",
        "service_documentation": f"{base}/docs",
        "scopes_supported": sorted(scopes),
        "grant_types_supported": list(grants),
        "response_types_supported": ["code"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        **signing_in,
    }
