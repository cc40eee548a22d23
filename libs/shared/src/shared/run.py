"""The one entry point: `SERVICE=intake python -m shared.run api|worker|all|migrate|database|…`: see `main`."""

import asyncio
import gc
import importlib
import os
import sys
from pathlib import Path
from typing import Any

from shared import faults
from shared.settings import ServiceSettings

COLLECT = (20_000, 20, 20)
"""What a start-up leaves stays for good; a batch of events makes thousands of objects that need no look each time."""


def package_of(service: str) -> str:
    return service.replace("-", "_")


def settings_of(service: str) -> ServiceSettings:
    """The service's own settings class, read from the environment."""
    found: ServiceSettings = importlib.import_module(f"{package_of(service)}.settings").Settings()
    return found


def serve(service: str, mode: str) -> None:
    import uvicorn

    from shared.sockets import BoundedProtocol

    app: Any = importlib.import_module(f"{package_of(service)}.main").app
    app.state.mode = mode
    settings = app.state.settings
    gc.freeze()
    gc.set_threshold(*COLLECT)
    faults.arm_from(os.environ, is_sandbox=settings.sandbox)
    uvicorn.run(
        app if mode != "worker" else quiet(app),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=BoundedProtocol,
        ws="none",
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies,
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=10,
    )


def quiet(app: Any) -> Any:
    """A worker answers for its health and figures only."""
    app.router.routes = [
        route for route in app.router.routes if getattr(route, "path", "").startswith(("/health", "/metrics"))
    ]
    return app


def migrate(service: str) -> None:
    from alembic import command
    from alembic.config import Config

    folder = os.environ.get("TRELLIS_MIGRATIONS") or Path(sys.modules[package_of(service)].__file__ or "").parents[2]
    command.upgrade(Config(str(Path(folder) / "alembic.ini")), "head")


def handlers_of(service: str) -> dict[str, Any]:
    """All that the service does on events, by wire type."""
    from shared import worker

    return worker.handlers_of(importlib.import_module(f"{package_of(service)}.main").app.state.work)


def main() -> None:
    service, verb = os.environ["SERVICE"], sys.argv[1]
    importlib.import_module(package_of(service))
    if verb == "migrate":
        migrate(service)
    elif verb == "database":
        from shared.databases import create_database

        asyncio.run(create_database(os.environ["TRELLIS_DATABASE_URL"], settings_of(service)))
    elif verb in ("parked", "republish"):
        from shared import operate

        sys.exit(operate.main(service, settings_of(service), lambda: handlers_of(service), sys.argv[1:]))
    elif verb == "rebuild":
        from shared import rebuild

        sys.exit(rebuild.main(service, settings_of(service), handlers_of(service), sys.argv[2:]))
    elif verb == "audit-verify":
        from shared import audit

        sys.exit(audit.main(service, settings_of(service), sys.argv[2:]))
    elif verb == "data-keys":
        from shared import keyring

        sys.exit(keyring.main(service, settings_of(service), sys.argv[2:]))
    else:
        serve(service, verb)


if __name__ == "__main__":
    main()
