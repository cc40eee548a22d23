"""docker-compose.yml: its schema, its order, its secrets, its containers."""
# ruff: noqa: S603, TID251

import os
import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml

from checks.code import PAYER, make_env, package_of, services
from checks.containers import Container, Faults, address_faults, container_faults, port_of
from checks.kafka import compose_kafka_faults

NEEDED = re.compile(r"\$\{(\w+):\?([^}]*)\}")
OPTIONAL = re.compile(r"\$\{\w+:-\}")
DEFAULTED = re.compile(r"\$\{(\w+):-([^}]*)\}")
NOT_OURS = ("postgres", "kafka", "topics")
Doc = dict[str, Any]


def plain(value: object) -> str | None:
    """A value with its defaults put in; None when it comes from outside, as secrets do, or may."""
    text = str(value)
    return None if NEEDED.search(text) or OPTIONAL.search(text) else DEFAULTED.sub(lambda found: found[2], text)


def compose_container(name: str, said: Doc) -> Container:
    service = name if name == PAYER else name.rpartition("-")[0]
    probe = re.search(r"http://127\.0\.0\.1:(\d+)(/[\w/-]+)", " ".join(said.get("healthcheck", {}).get("test", [])))
    args = said.get("build", {}).get("args", {})
    env = {key: plain(value) for key, value in said.get("environment", {}).items()}
    return Container(
        where=f"docker-compose.yml: {name}",
        service=service,
        command=said.get("command") or ["python", "-m", package_of(service)],
        image=f"trellis-{args['SERVICE']}" if "SERVICE" in args else said["image"],
        env=env if service == PAYER else {"SERVICE": service, **env},  # the image carries its name
        probes=[(probe[2], probe[1])] if probe else [],
        ports=[str(plain(port)).rpartition(":")[2] for port in said.get("ports", [])],
    )


def compose_order(service: str) -> dict[str, dict[str, str]]:
    done, well = "service_completed_successfully", "service_healthy"
    migrated = {f"{service}-migrate": done}
    return {
        f"{service}-database": {"postgres": well},
        f"{service}-migrate": {f"{service}-database": done},
        f"{service}-api": migrated,
        f"{service}-worker": migrated,
    }


def compose_faults(text: str) -> Faults:
    said: dict[str, Doc] = yaml.safe_load(text)["services"]
    boxes = [compose_container(name, each) for name, each in said.items() if name not in NOT_OURS]
    listening = {box.where.rpartition(" ")[2]: port_of(box) for box in boxes}
    for service in services():
        yield from compose_order_faults(service, said)
    for box in boxes:
        yield from container_faults(box)
        if box.service != PAYER:
            yield from address_faults(box.where, box.env, listening)
        if box.verb in ("api", "worker") and not box.probes:
            yield f"{box.where}: has no health check"
    yield from compose_kafka_faults(said)
    yield from needed_faults(text)


def compose_order_faults(service: str, said: dict[str, Doc]) -> Faults:
    for name, wanted in compose_order(service).items():
        after = {each: how["condition"] for each, how in said.get(name, {}).get("depends_on", {}).items()}
        if name not in said or not wanted.items() <= after.items():
            yield f"docker-compose.yml: {name} must be there and wait for {wanted}"


def needed_faults(text: str) -> Faults:
    """Each secret that compose asks for is one that deploy/make-env makes; who lacks one is told so."""
    asked = dict(NEEDED.findall(text))
    for name in sorted(asked.keys() ^ make_env().env_names().keys()):
        yield f"docker-compose.yml: {name} is asked for or made by deploy/make-env, but not both"
    for name, hint in asked.items():
        if "deploy/make-env" not in hint:
            yield f"docker-compose.yml: {name} does not say that deploy/make-env makes it"


def compose_schema(path: Path) -> tuple[str, list[str]]:
    """Which validator read the file, and what it found."""
    if find_spec("check_jsonschema"):
        command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(path)]
        return "the schema of compose-spec (check-jsonschema)", ran(command)
    if docker := with_compose():
        secrets = dict.fromkeys(make_env().env_names(), "x")
        return "docker compose config", ran([docker, "compose", "--file", str(path), "config", "--quiet"], secrets)
    return "no schema: neither check-jsonschema nor docker compose is here", []


def with_compose() -> str:
    docker = shutil.which("docker") or ""
    return docker if docker and not ran([docker, "compose", "version"]) else ""


def ran(command: list[str], more: dict[str, str] | None = None) -> list[str]:
    """What a command complained of; nothing when it was content."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **(more or {})})
    return [] if done.returncode == 0 else [(done.stderr or done.stdout).strip()]
