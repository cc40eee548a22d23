"""Where everything of one platform on one machine stands: its folders, its ports, its addresses."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from trellis.problems import Trouble

SERVICES = ("gateway", "intake", "clinical-records", "scheduling", "referrals", "authorizations", "workforce")
PAYER = "sandbox-payer"
OFFSETS = {
    **{name: offset for offset, name in enumerate(SERVICES)},
    PAYER: 7,
    "postgres": 10,
    "kafka": 11,
    "controller": 12,
}
HOST = "127.0.0.1"


def package_of(service: str) -> str:
    """The import package and the database of a service: `clinical-records` → `clinical_records`."""
    return service.replace("-", "_")


@dataclass(frozen=True)
class Layout:
    """One platform: `home` is the clone, `port` the gateway's; the other ports follow it."""

    home: Path
    port: int = 8080
    kafka: str = ""
    database_url: str = ""
    bootstrap_servers: str = ""
    state_folder: Path | None = None

    @property
    def state(self) -> Path:
        return self.state_folder or self.home / ".trellis"

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def audit_heads(self) -> Path:
        """Heads of the audit's chains, beside the databases: on a disk of their own where it counts."""
        return self.state / "audit-heads"

    @property
    def gateway_url(self) -> str:
        return self.url("gateway")

    @property
    def has_own_postgres(self) -> bool:
        return not self.database_url

    @property
    def has_own_broker(self) -> bool:
        return not self.bootstrap_servers

    @property
    def broker_servers(self) -> str:
        return self.bootstrap_servers or f"{HOST}:{self.port_of('kafka')}"

    @property
    def database_address(self) -> str:
        """Host and port of the database server, without user, password or database."""
        if self.has_own_postgres:
            return f"{HOST}:{self.port_of('postgres')}"
        return urlsplit(self.database_url).netloc.rpartition("@")[2]

    def port_of(self, name: str) -> int:
        return self.port + OFFSETS[name]

    def url(self, name: str) -> str:
        return f"http://{HOST}:{self.port_of(name)}"

    def service_folder(self, service: str) -> Path:
        return self.home / "services" / service


def layout_from(environ: Mapping[str, str], start: Path | None = None) -> Layout:
    """The platform that the environment and the current folder mean."""
    text = environ.get("TRELLIS_PORT") or "8080"
    if not text.isdigit() or not 1024 <= int(text) <= 65_000:
        raise Trouble(f"TRELLIS_PORT={text} is not a port between 1024 and 65000.")
    kafka = environ.get("KAFKA", "").lower()
    if kafka not in ("", "apache"):
        raise Trouble(f"KAFKA={kafka} is not known: leave it out for the in-memory broker, or say KAFKA=apache.")
    home = Path(environ["TRELLIS_HOME"]) if environ.get("TRELLIS_HOME") else find_home(start or Path.cwd())
    state = environ.get("TRELLIS_STATE")
    return Layout(
        home.resolve(),
        int(text),
        kafka,
        environ.get("TRELLIS_DATABASE_URL", ""),
        environ.get("KAFKA_BOOTSTRAP_SERVERS", ""),
        Path(state).resolve() if state else None,
    )


def find_home(start: Path) -> Path:
    """The clone that `start` lies in."""
    for folder in (start, *start.parents):
        if (folder / "services").is_dir() and (folder / "libs").is_dir():
            return folder
    raise Trouble(f"No clone of Trellis at {start} or above it: change into it, or set TRELLIS_HOME.")


def gateway_url(environ: Mapping[str, str] = os.environ) -> str:
    """Where the client commands find the gateway: TRELLIS_GATEWAY_URL, else TRELLIS_PORT on this machine."""
    given = environ.get("TRELLIS_GATEWAY_URL", "").rstrip("/")
    return given or f"http://{HOST}:{environ.get('TRELLIS_PORT') or '8080'}"
