import re

import pytest
from aiohttp import web
from openapi_spec_validator import validate

PAGES = [
    "/docs",
    "/docs/start.js",
    "/docs/style.css",
    "/docs/assets/swagger-ui-bundle.js",
    "/docs/assets/swagger-ui.css",
    "/docs/assets/favicon.png",
    "/favicon.ico",
]


@pytest.mark.parametrize("path", PAGES)
async def test_the_page_and_its_parts_are_served_by_us(http, path):
    answer = await http.get(path)
    assert answer.status_code == 200 and answer.content


async def test_the_page_asks_nobody_else(http):
    page = (await http.get("/docs")).text + (await http.get("/docs/start.js")).text
    assert not re.search(r"https?://", page) and "cdn" not in page.lower()


async def test_an_asset_outside_the_folder_does_not_exist(http):
    for name in ("..%2f__init__.py", "nothing.js"):
        assert (await http.get(f"/docs/assets/{name}")).status_code == 404


async def test_one_document_of_all_services_that_is_valid(http, app):
    async def document(request):
        paths = {
            "/v1/inquiries": {
                "get": {
                    "operationId": "list_inquiries",
                    "security": [{"oauth2": ["inquiries:read"]}],
                    "responses": {
                        "200": {
                            "description": "ok",
                            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
                        }
                    },
                }
            }
        }
        return web.json_response(
            {
                "openapi": "3.1.0",
                "info": {"title": "x", "version": "1"},
                "paths": paths,
                "components": {"schemas": {"Problem": {"type": "object", "properties": {"odd": {"type": "string"}}}}},
            }
        )

    server = web.Application()
    server.router.add_get("/openapi.json", document)
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    services, library = app.state.services, app.state.library
    services.urls = {"gateway": "http://unused.test", "intake": "http://127.0.0.1:9"}
    first = (await http.get("/openapi.json")).json()
    assert "/v1/inquiries" not in first["paths"] and library.merged is None
    services.urls = {"gateway": "http://unused.test", "intake": f"http://127.0.0.1:{runner.addresses[0][1]}"}
    found = (await http.get("/openapi.json")).json()
    await runner.cleanup()
    validate(found)
    assert {"/v1/inquiries", "/v1/admin/agencies", "/oauth/token"} <= set(found["paths"])
    assert {"Problem", "IntakeProblem"} <= set(found["components"]["schemas"])
    assert "inquiries:read" in found["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]["scopes"]
    assert not [p for p in found["paths"] if p.startswith(("/internal", "/health", "/docs", "/openapi"))]
    assert (await http.get("/openapi.json")).json() == found
    ids = [op["operationId"] for item in found["paths"].values() for op in item.values()]
    assert len(ids) == len(set(ids)) and all(re.fullmatch(r"[a-z]+(_[a-z]+)+", name) for name in ids)
    assert not [name for name in found["components"]["schemas"] if re.search(r"-(Input|Output)$|__", name)]


async def test_health_of_all_says_who_is_away(http, app):
    app.state.services.urls = {"intake": "http://127.0.0.1:9"}
    found = (await http.get("/health/services")).json()
    assert found == {"ready": False, "services": {"intake": {"ready": False, "detail": "away"}}}
