"""What every container must keep, whether compose or Kubernetes runs it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from urllib.parse import urlsplit

from checks.code import PAYER, names_of, paths_of, runner, secrets_of, services, unreadable

OPERATOR = "TRELLIS_DATABASE_URL"  # a superuser's address: told to the one-shot `database`, never to a running service
# Their defaults hold anywhere, or outside sandbox mode.
LEFT_OUT = {
    "pool_size", "fetch_wait_ms", "log_days", "archive", "audit_years", "other_master_keys", "sandbox_payer_url"
}  # fmt: skip
Faults = Iterator[str]


@dataclass(frozen=True)
class Container:
    """What compose and Kubernetes both say of one container. A value of None comes from a secret."""

    where: str
    service: str
    command: list[str]
    image: str
    env: dict[str, str | None]
    probes: list[tuple[str, str]] = field(default_factory=list)  # path, port
    ports: list[str] = field(default_factory=list)

    @property
    def verb(self) -> str:
        return self.command[-1]


def container_faults(box: Container) -> Faults:
    known = names_of(box.service)
    read, _ = runner() if box.service != PAYER else (frozenset(), frozenset())
    for name in sorted(box.env.keys() - known.keys() - read):
        yield f"{box.where}: {name} is read by nobody"
    for name in sorted(name for name, which in known.items() if which not in LEFT_OUT and name not in box.env):
        yield f"{box.where}: {name} is not told"
    for said in unreadable(box.service, {name: value for name, value in box.env.items() if value is not None}):
        yield f"{box.where}: the service cannot read {said}"
    for name in sorted(secrets_of(box.service) | {OPERATOR}):
        if box.env.get(name) is not None:
            yield f"{box.where}: {name} is a secret and must come by reference"
    if OPERATOR in read and (OPERATOR in box.env) != (box.verb == "database"):
        yield f"{box.where}: {OPERATOR} is for the command database, and for it alone"
    if box.image.partition(":")[0] != f"trellis-{box.service}":
        yield f"{box.where}: the image {box.image} is not trellis-{box.service}"
    yield from command_faults(box)
    yield from port_faults(box)


def command_faults(box: Container) -> Faults:
    if box.service == PAYER:
        if box.command[:2] != ["python", "-m"] or find_spec(f"{box.command[2]}.__main__") is None:
            yield f"{box.where}: there is no {' '.join(box.command)}"
        return
    if box.command[:3] != ["python", "-m", "shared.run"] or box.verb not in runner()[1]:
        yield f"{box.where}: {' '.join(box.command)} is not a command of shared.run"


def port_of(box: Container) -> str | None:
    return next((value for name, value in box.env.items() if names_of(box.service).get(name) == "port"), None)


def port_faults(box: Container) -> Faults:
    own = port_of(box)
    for path, port in box.probes:
        if path not in paths_of(box.service):
            yield f"{box.where}: {path} is no path of {box.service}"
        if port != own:
            yield f"{box.where}: health is asked on port {port}, the process listens on {own}"
    for port in box.ports:
        if port != own:
            yield f"{box.where}: port {port} is opened, the process listens on {own}"


def address_faults(where: str, env: dict[str, str | None], listening: Mapping[str, str | None]) -> Faults:
    """The addresses that a service is told must be those of containers that listen there."""
    urls: dict[str, str] = json.loads(env.get("TRELLIS_SERVICE_URLS") or "{}")
    for service in sorted(set(services()) ^ urls.keys()):
        yield f"{where}: TRELLIS_SERVICE_URLS and the services differ by {service}"
    for service, url in urls.items():
        if listening.get(urlsplit(url).hostname or "") != str(urlsplit(url).port):
            yield f"{where}: nobody listens at {url}, the address of {service}"
    for name in ("TRELLIS_JWKS_URL", "TRELLIS_TOKEN_URL"):
        url = env.get(name) or ""
        if not url.startswith(urls.get("gateway", "?")) or urlsplit(url).path not in paths_of("gateway"):
            yield f"{where}: {name} {url} is no path of the gateway"
