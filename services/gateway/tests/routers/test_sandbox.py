import httpx
import pytest
from gateway.main import build
from gateway.settings import Settings


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/v1/sandbox/tokens"),
        ("GET", "/v1/sandbox/people"),
        ("GET", "/v1/sandbox/trail"),
        ("POST", "/v1/sandbox/clock"),
        ("GET", "/v1/sandbox/clock"),
    ],
)
async def test_outside_sandbox_mode_there_is_no_sandbox(method, path):
    settings = Settings(sandbox=True)
    app = build(settings.model_copy(update={"sandbox": False}))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://g.test") as client:
        answer = await client.request(method, path, json={} if method == "POST" else None)
    assert answer.status_code == 404 and answer.headers["content-type"] == "application/problem+json"


def test_outside_sandbox_mode_placeholder_secrets_do_not_start():
    secrets = dict.fromkeys(
        (
            "master_key",
            "owner_password",
            "app_password",
            "relay_password",
            "auditor_password",
            "client_secret",
            "operator_secret",
        ),
        "real",
    )
    Settings(sandbox=False, service_secrets={"intake": "real"}, **secrets)
    with pytest.raises(ValueError, match="operator_secret"):
        Settings(sandbox=False, **(secrets | {"operator_secret": "change-me"}))
    with pytest.raises(ValueError, match="intake"):
        Settings(sandbox=False, service_secrets={"intake": "change-me"}, **secrets)
