"""What each process of the platform is told by its environment."""

import json
import os
from urllib.parse import quote

from trellis.layout import HOST, PAYER, SERVICES, Layout, package_of
from trellis.secretbook import DATABASE_ROLES, SecretBook

RATES = {"person": "60000/60", "app": "60000/60", "clinic": "300000/60", "agency": "300000/60"}
"""In the sandbox a handful of people act for everybody: they are many times as quick as people are."""
PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH", "COVERAGE_PROCESS_START")


def machine() -> dict[str, str]:
    """What a child keeps of our own environment: nothing that could steer it but its path and its place."""
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    tuning = {name: value for name, value in os.environ.items() if name.startswith(("TRELLIS_FETCH_", "TRELLIS_KEYS_"))}
    return {**kept, **tuning, "PYTHONUNBUFFERED": "1"}


def at_your_broker(layout: Layout) -> dict[str, str]:
    """How services come in at a broker of yours: TLS, who they are, copies. Ours asks for nothing."""
    said = {name: value for name, value in os.environ.items() if name.startswith("KAFKA_")}
    return {} if layout.has_own_broker else said


def common(layout: Layout) -> dict[str, str]:
    return {
        **at_your_broker(layout),
        "KAFKA_BOOTSTRAP_SERVERS": layout.broker_servers,
        "TRELLIS_ISSUER": layout.gateway_url,
        "TRELLIS_JWKS_URL": f"{layout.gateway_url}/.well-known/jwks.json",
        "TRELLIS_TOKEN_URL": f"{layout.gateway_url}/oauth/token",
        "TRELLIS_SERVICE_URLS": json.dumps({name: layout.url(name) for name in SERVICES}),
        "TRELLIS_SANDBOX": "true",
        "TRELLIS_AUDIT_HEADS": str(layout.audit_heads),
    }


def own(layout: Layout, book: SecretBook, service: str) -> dict[str, str]:
    """A service's own settings, under its prefix."""
    prefix = package_of(service).upper()
    passwords = {f"{prefix}_{role.upper()}_PASSWORD": book.database_passwords[service][role] for role in DATABASE_ROLES}
    return {
        **passwords,
        f"{prefix}_DATABASE_URL": f"postgresql://{layout.database_address}/{package_of(service)}",
        f"{prefix}_HOST": HOST,
        f"{prefix}_PORT": str(layout.port_of(service)),
        f"{prefix}_CLIENT_SECRET": book.client_secrets[service],
    }


def peculiar(layout: Layout, book: SecretBook, service: str) -> dict[str, str]:
    """What one service alone is told."""
    if service == "gateway":
        return {
            "GATEWAY_SERVICE_SECRETS": json.dumps(book.client_secrets),
            "GATEWAY_OPERATOR_SECRET": book.operator_secret,
            "GATEWAY_RATES": json.dumps(RATES),
        }
    if service == "authorizations":
        return {"AUTHORIZATIONS_SANDBOX_PAYER_URL": layout.url(PAYER)}
    return {}


def of_service(layout: Layout, book: SecretBook, service: str) -> dict[str, str]:
    """Everything that a service's process is told."""
    return {
        **machine(),
        **common(layout),
        **own(layout, book, service),
        **peculiar(layout, book, service),
        "TRELLIS_MASTER_KEY": book.master_key,
        "SERVICE": service,
    }


def of_setup(layout: Layout, book: SecretBook, service: str) -> dict[str, str]:
    """What `database` is told beside: who may create databases and roles. No running service is told that."""
    return {**of_service(layout, book, service), "TRELLIS_DATABASE_URL": superuser_url(layout, book)}


def superuser_url(layout: Layout, book: SecretBook) -> str:
    if not layout.has_own_postgres:
        return layout.database_url
    return f"postgresql://postgres:{quote(book.postgres_password, safe='')}@{layout.database_address}/postgres"
