"""Tokens and keys. These routes need no access token; where it matters the client signs in instead."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.responses import JSONResponse, Response

from gateway.errors import TokenRefused
from gateway.rules.claims import AppPurpose
from gateway.rules.metadata import metadata
from gateway.rules.requests import TokenQuestion, TokenRequest
from gateway.rules.roles import every_scope
from gateway.schemas.oauth import JwksOut, TokenOut
from gateway.use_cases.grant_token import GRANTS, grant_token
from gateway.use_cases.introspect_token import introspect_token
from gateway.use_cases.issue_token import Office
from gateway.use_cases.publish_keys import publish_keys
from gateway.use_cases.read_form import read_form
from gateway.use_cases.recognise_client import METHODS
from gateway.use_cases.revoke_token import KINDS, revoke_token

ASSERTION = {
    "client_id": {"type": "string"},
    "client_secret": {"type": "string", "format": "password"},
    "client_assertion_type": {"type": "string"},
    "client_assertion": {"type": "string"},
}
TOKEN = {"token": {"type": "string"}, "token_type_hint": {"type": "string", "enum": [*KINDS]}}


def form(required: str, **fields: Any) -> dict[str, Any]:
    """The OpenAPI description of a form: the client's fields and these."""
    schema = {"type": "object", "required": [required], "properties": {**fields, **ASSERTION}}
    return {"requestBody": {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}}


GRANT = form(
    "grant_type",
    grant_type={"type": "string", "enum": [*GRANTS]},
    scope={"type": "string"},
    code={"type": "string"},
    redirect_uri={"type": "string"},
    code_verifier={"type": "string"},
    refresh_token={"type": "string"},
    purpose={"type": "string", "enum": [purpose.value for purpose in AppPurpose]},
)
QUESTION = form("token", **TOKEN)
STATUS = {"invalid_client": 401}
NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class OAuthRoute(APIRoute):
    """Refusals in the words of RFC 6749 section 5.2 instead of problem+json."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            try:
                answer = await inner(request)
                answer.headers.update(NO_STORE)
                return answer
            except TokenRefused as error:
                return refusal(error)

        return handle


def refusal(error: TokenRefused) -> Response:
    status = STATUS.get(error.code, 400)
    challenge = {401: {"WWW-Authenticate": 'Basic realm="trellis"'}}.get(status, {})
    return JSONResponse({"error": error.code, "error_description": error.detail}, status, NO_STORE | challenge)


router = APIRouter(tags=["sign in"], route_class=OAuthRoute)
keys = APIRouter(prefix="/.well-known", tags=["sign in"])


@router.post(
    "/oauth/token",
    response_model=TokenOut,
    response_model_exclude_none=True,
    operation_id="post_token",
    openapi_extra=GRANT,
)
async def post_token(request: Request) -> TokenOut:
    """Get an access token (RFC 6749): with an authorization code, a refresh token, or as an app by an assertion of
    itself (RFC 7523)."""
    office: Office = request.app.state.office
    asked = read_form(TokenRequest, request.headers, await request.body())
    return await grant_token(office, asked)


@router.post("/oauth/revoke", operation_id="post_revocation", openapi_extra=QUESTION)
async def post_revocation(request: Request) -> dict[str, Any]:
    """End a token before its time (RFC 7009)."""
    asked = read_form(TokenQuestion, request.headers, await request.body())
    await revoke_token(request.app.state.office, asked)
    return {}


@router.post("/oauth/introspect", operation_id="post_introspection", openapi_extra=QUESTION)
async def post_introspection(request: Request) -> dict[str, Any]:
    """Ask whether a token counts, and what it says (RFC 7662)."""
    asked = read_form(TokenQuestion, request.headers, await request.body())
    return await introspect_token(request.app.state.office, asked)


@keys.get("/jwks.json", response_model=JwksOut, operation_id="get_jwks")
async def get_jwks(request: Request, response: Response) -> JwksOut:
    """Read the public keys that verify our access tokens."""
    office: Office = request.app.state.office
    response.headers["Cache-Control"] = f"public, max-age={int(office.settings.keys_refresh)}"
    return await publish_keys(office)


@keys.get("/oauth-authorization-server", operation_id="get_server_metadata")
async def get_server_metadata(request: Request) -> dict[str, Any]:
    """Read what this authorization server can do (RFC 8414)."""
    return described(request)


@keys.get("/openid-configuration", operation_id="get_openid_configuration")
async def get_openid_configuration(request: Request) -> dict[str, Any]:
    """Read the same where OpenID Connect looks for it."""
    return described(request)


def described(request: Request) -> dict[str, Any]:
    issuer = request.app.state.office.settings.issuer
    return metadata(issuer, scopes=every_scope(), grants=GRANTS, methods=METHODS)
