"""The secrets of one platform on this machine: made once, kept in a file that only its owner reads."""

import base64
import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from trellis.layout import SERVICES, layout_from
from trellis.problems import Trouble

DATABASE_ROLES = ("owner", "app", "relay", "auditor")


def new_secret() -> str:
    return secrets.token_urlsafe(24)


def new_key() -> str:
    """32 random bytes, base64."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


def new_passwords() -> dict[str, dict[str, str]]:
    return {service: {role: new_secret() for role in DATABASE_ROLES} for service in SERVICES}


@dataclass(frozen=True)
class SecretBook:
    postgres_password: str = field(default_factory=new_secret)
    master_key: str = field(default_factory=new_key)
    operator_secret: str = field(default_factory=new_secret)
    client_secrets: dict[str, str] = field(default_factory=lambda: {service: new_secret() for service in SERVICES})
    database_passwords: dict[str, dict[str, str]] = field(default_factory=new_passwords)


def path_of(state: Path) -> Path:
    return state / "secrets.json"


def read_secrets(state: Path) -> SecretBook | None:
    """The secrets of the platform that keeps its state there, or None."""
    path = path_of(state)
    return SecretBook(**json.loads(path.read_text())) if path.exists() else None


def open_secrets(state: Path) -> SecretBook:
    """Read the secrets, or make them at the first start. The file is written whole or not at all."""
    if found := read_secrets(state):
        return found
    book, draft = SecretBook(), path_of(state).with_suffix(".new")
    write_private(draft, json.dumps(asdict(book), indent=2))
    draft.rename(path_of(state))
    return book


def write_private(path: Path, text: str) -> None:
    """A new file that only its owner can read, from its first byte on."""
    path.unlink(missing_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    path.write_text(text)


def operator_secret() -> str:
    """Of whoever runs the installation: as the environment says, else of the platform on this machine."""
    return os.environ.get("GATEWAY_OPERATOR_SECRET") or own_operator_secret()


def own_operator_secret() -> str:
    book = read_secrets(layout_from(os.environ).state)
    if not book:
        raise Trouble("No operator's secret: set GATEWAY_OPERATOR_SECRET.")
    return book.operator_secret
