"""Tokens and keys. These routes need no access token; the token endpoint asks for the client's secret instead."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request
from fastapi.routing import APIRoute
from starlette.responses import JSONResponse, Response

from gateway.errors import TokenRefused
from gateway.rules.requests import TokenRequest
from gateway.rules.roles import every_scope
from gateway.schemas import JwksOut, ServerMetadata, TokenOut
from gateway.use_cases.grant_token import grant_token
from gateway.use_cases.issue_token import Office
from gateway.use_cases.publish_keys import publish_keys
from gateway.use_cases.read_form import read_form

FORM = {
    "requestBody": {
        "required": True,
        "content": {
            "application/x-www-form-urlencoded": {
                "schema": {
                    "type": "object",
                    "required": ["grant_type"],
                    "properties": {
                        "grant_type": {"type": "string", "enum": ["client_credentials"]},
                        "client_id": {"type": "string"},
                        "client_secret": {"type": "string", "format": "password"},
                        "scope": {"type": "string"},
                    },
                }
            }
        },
    }
}
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


@router.post("/oauth/token", response_model=TokenOut, operation_id="post_token", openapi_extra=FORM)
async def post_token(request: Request) -> TokenOut:
    """Get an access token with client credentials (RFC 6749 section 4.4)."""
    office: Office = request.app.state.office
    asked = read_form(TokenRequest, request.headers, await request.body())
    return await grant_token(office, asked)


@keys.get("/jwks.json", response_model=JwksOut, operation_id="get_jwks")
async def get_jwks(request: Request) -> JwksOut:
    """Read the public keys that verify our access tokens."""
    return await publish_keys(request.app.state.office)


@keys.get("/oauth-authorization-server", response_model=ServerMetadata, operation_id="get_server_metadata")
async def get_server_metadata(request: Request) -> ServerMetadata:
    """Read what this authorization server can do (RFC 8414)."""
    base = request.app.state.office.settings.issuer.rstrip("/")
    return ServerMetadata(
        issuer=request.app.state.office.settings.issuer,
        token_endpoint=f"{base}/oauth/token",
        jwks_uri=f"{base}/.well-known/jwks.json",
        scopes_supported=list(every_scope()),
    )
