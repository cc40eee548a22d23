"""What the code says: which environment names are read, which verbs there are, which paths are answered."""
# ruff: noqa: S603, TID251

import ast
import importlib
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from unittest.mock import patch

from fastapi import FastAPI
from pydantic import SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsError
from shared.app import add_health

ROOT = Path(__file__).resolve().parents[2]
PAYER = "sandbox-payer"
LIST_PATHS = """
import importlib, sys

def walk(routes):
    for route in routes:
        print(getattr(route, "path", ""))
        walk(getattr(route, "routes", None) or [])

app = importlib.import_module(sys.argv[1]).app
walk(app.routes)
print(*app.openapi()["paths"])
"""


@cache
def make_env() -> ModuleType:
    """deploy/make-env, which names every secret."""
    loader = SourceFileLoader("make_env", str(ROOT / "deploy" / "make-env"))
    spec = spec_from_loader("make_env", loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def services() -> tuple[str, ...]:
    found: tuple[str, ...] = make_env().SERVICES
    return found


def package_of(service: str) -> str:
    return service.replace("-", "_")


@cache
def settings_of(service: str) -> type[BaseSettings]:
    found: type[BaseSettings] = importlib.import_module(f"{package_of(service)}.settings").Settings
    return found


@cache
def names_of(service: str) -> dict[str, str]:
    """Environment name → field, as pydantic-settings reads them."""
    settings = settings_of(service)
    prefix = settings.model_config.get("env_prefix", "")
    return {
        str(info.validation_alias or f"{prefix}{name}".upper()): name for name, info in settings.model_fields.items()
    }


def secrets_of(service: str) -> set[str]:
    fields = settings_of(service).model_fields
    return {env for env, name in names_of(service).items() if SecretStr.__name__ in str(fields[name].annotation)}


def unreadable(service: str, told: Mapping[str, str]) -> list[str]:
    """Of these values those that the service's settings cannot read, by name; secrets come from elsewhere."""
    try:
        with patch.dict(os.environ, told, clear=True):
            settings_of(service)()
    except SettingsError as error:
        return [str(error)]
    except ValidationError as error:
        said = {str(name): one["msg"] for one in error.errors() for name in one["loc"][:1]}
        return [f"{name}: {said[name]}" for name in sorted(said.keys() & told.keys())]
    return []


@cache
def runner() -> tuple[frozenset[str], frozenset[str]]:
    """The environment names that shared/run.py itself reads, and the verbs that it takes."""
    tree = ast.parse((ROOT / "libs" / "shared" / "src" / "shared" / "run.py").read_text())
    about = re.search(r"shared\.run ([a-z|]+)", ast.get_docstring(tree) or "")
    assert about, "shared/run.py no longer says which verbs it takes"
    looks = [node for node in ast.walk(tree) if isinstance(node, ast.Subscript | ast.Call)]
    read = [environment_name(node) for node in looks]
    return frozenset(name for name in read if name), frozenset(about[1].split("|"))


def environment_name(node: ast.Subscript | ast.Call) -> str:
    """X of `os.environ["X"]` or `os.environ.get("X")`, else nothing."""
    found = re.match(r"os\.environ(?:\.get)?[\[(]'(\w+)'", ast.unparse(node))
    return found[1] if found else ""


@cache
def paths_of(service: str) -> frozenset[str]:
    """The paths that the service answers beside its nouns; of gateway and payer all, asked in a process apart."""
    if service not in ("gateway", PAYER):
        add_health(app := FastAPI())
        return frozenset(getattr(route, "path", "") for route in app.routes)
    told = {**os.environ, "TRELLIS_SANDBOX": "true", "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", LIST_PATHS, f"{package_of(service)}.main"]
    return frozenset(subprocess.run(command, env=told, check=True, capture_output=True, text=True).stdout.split())
