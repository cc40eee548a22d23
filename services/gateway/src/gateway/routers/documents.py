"""The merged API document, the page to read and try it, and the health of all services. Assets are served by us."""

from pathlib import Path
from typing import Any

import fastapi_offline
from fastapi import APIRouter, Request
from fastapi.staticfiles import StaticFiles
from starlette.responses import HTMLResponse, JSONResponse, Response

from gateway.schemas.documents import ServicesHealth
from gateway.use_cases.check_services import check_services
from gateway.use_cases.merge_documents import merge_documents

router = APIRouter(include_in_schema=False)
ASSETS = StaticFiles(directory=Path(fastapi_offline.__file__).parent / "static")
POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'"
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Trellis API</title>
<link rel="icon" type="image/png" href="/docs/assets/favicon.png">
<link rel="stylesheet" href="/docs/assets/swagger-ui.css">
<link rel="stylesheet" href="/docs/style.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/docs/assets/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
"""
START = """window.ui = SwaggerUIBundle({
  url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true, displayRequestDuration: true, docExpansion: "none",
  filter: true, persistAuthorization: false, tryItOutEnabled: true, validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIBundle.SwaggerUIStandalonePreset], layout: "BaseLayout",
});
"""
STYLE = """.swagger-ui .scheme-container .servers-title, .swagger-ui .scheme-container .servers { display: none; }
.swagger-ui .dialog-ux .modal-ux { max-width: 900px; }
.swagger-ui .dialog-ux .modal-ux-content { max-height: 75vh; }
.swagger-ui .auth-container .scope-def { display: none; }
.swagger-ui .auth-container input[type=text], .swagger-ui .auth-container input[type=password] {
  width: 100%; max-width: 700px; font-size: 14px; }
.swagger-ui .scopes { display: grid; grid-template-columns: repeat(3, 1fr); max-height: 240px; overflow-y: auto;
  margin-top: 12px; padding: 0 8px; border: 1px solid #d9d9d9; }
.swagger-ui .scopes h2 { grid-column: 1 / -1; }
.swagger-ui .scopes .wrapper { padding: 0; }
.swagger-ui .scopes .checkbox { margin: 0; padding: 4px 0; }
"""


@router.get("/openapi.json")
async def get_openapi(request: Request) -> Response:
    """The API of all services in one document."""
    merged: dict[str, Any] = await merge_documents(request.app.state.library)
    return JSONResponse(merged)


@router.get("/docs")
async def get_docs() -> Response:
    """The API to read and to try."""
    return HTMLResponse(PAGE, headers={"Content-Security-Policy": POLICY})


@router.get("/docs/start.js")
async def get_docs_start() -> Response:
    """What starts the page; its own file, so that no script stands in the page."""
    return Response(START, media_type="text/javascript")


@router.get("/docs/style.css")
async def get_docs_style() -> Response:
    """What the page changes in the look of its parts: dozens of scopes in little room, and no choice of one server."""
    return Response(STYLE, media_type="text/css")


@router.get("/docs/assets/{name}")
async def get_docs_asset(name: str, request: Request) -> Response:
    """A file of the page."""
    return await ASSETS.get_response(name, request.scope)


@router.get("/favicon.ico")
async def get_favicon(request: Request) -> Response:
    """The icon of the page."""
    return await ASSETS.get_response("favicon.png", request.scope)


@router.get("/health/services", response_model=ServicesHealth)
async def get_services_health(request: Request) -> ServicesHealth:
    """Which services are ready."""
    return await check_services(request.app.state.services)
