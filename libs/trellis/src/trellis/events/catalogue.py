"""What stands in the code about events: the contracts, who publishes them, who listens, and every state machine."""

import ast
import importlib
import inspect
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from shared.contracts.disclosures import DisclosureMadeV2
from shared.events import Event

ROOT = Path(__file__).resolve().parents[5]
SERVICES = ("gateway", "intake", "clinical-records", "scheduling", "referrals", "authorizations", "workforce")
CONTRACTS = (*SERVICES, "tasks", "disclosures")
ASK = """import importlib, json, pkgutil, sys
package = sys.argv[1]
found = importlib.import_module(package + '.consumers')
tables = [getattr(found, name, {}) for name in ('HANDLERS', 'PROJECTIONS')]
hears = {name: list(line.topics) for table in tables for name, line in table.items()}
machines = {}
rules = importlib.import_module(package + '.rules')
for module in pkgutil.iter_modules(rules.__path__):
    next_ = getattr(importlib.import_module(package + '.rules.' + module.name), 'NEXT', None)
    if next_:
        machines[module.name] = {
            'enum': type(next(iter(next_))).__name__,
            'names': {str(state.value): state.name for state in next_},
            'next': {str(state.value): sorted(str(after.value) for after in afters) for state, afters in next_.items()},
        }
print(json.dumps({'hears': hears, 'machines': machines}))"""


@dataclass(frozen=True)
class Machine:
    """One NEXT table: the states of an aggregate and what may follow each. `made`: the states that a use case sets."""

    name: str
    after: Mapping[str, list[str]]
    made: frozenset[str]

    def transitions(self) -> Iterator[tuple[str, str]]:
        return ((before, after) for before, afters in self.after.items() for after in afters)


@dataclass(frozen=True)
class Service:
    """`hears`: wire type → topics that it listens to it on. `tells`: wire types that its use cases publish."""

    name: str
    hears: Mapping[str, list[str]]
    tells: frozenset[str]
    machines: tuple[Machine, ...]


@cache
def contracts() -> tuple[type[Event], ...]:
    """Every contract, by producer and name."""
    return tuple(event for module in CONTRACTS for event in events_of(module))


def events_of(contract: str) -> list[type[Event]]:
    module = importlib.import_module(f"shared.contracts.{contract.replace('-', '_')}")
    classes = [c for _, c in inspect.getmembers(module, inspect.isclass) if issubclass(c, Event) and c.AGGREGATE]
    return sorted((c for c in classes if c.__module__ == module.__name__), key=lambda c: c.NAME)


def key_of(event: type[Event]) -> str:
    """The field whose value is the Kafka key (decision 8)."""
    return "client_id" if "client_id" in event.model_fields else event.AGGREGATE


@cache
def services() -> tuple[Service, ...]:
    """A process for each, side by side: tables of two services would clash in one."""
    asked = {name: ask(name) for name in SERVICES}
    return tuple(read(name, process) for name, process in asked.items())


def ask(service: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", ASK, package(service)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def read(service: str, process: "subprocess.Popen[str]") -> Service:
    said, broken = process.communicate(timeout=120)
    if process.returncode:
        raise RuntimeError(f"{service} cannot be read: {broken.strip().splitlines()[-1]}")
    found, trees = json.loads(said), [ast.parse(path.read_text()) for path in use_cases(service)]
    named = {event.__name__: event.NAME for event in contracts()}
    tells = {named[name] for tree in trees if publishes(tree) for name in values(tree) if name in named}
    tells |= {DisclosureMadeV2.NAME} if has_exits(service) else set()
    machines = (machine(name, one, trees) for name, one in found["machines"].items())
    return Service(service, found["hears"], frozenset(tells), tuple(machines))


def package(service: str) -> str:
    return service.replace("-", "_")


def has_exits(service: str) -> bool:
    """Its edge tells what left by them."""
    routers = ROOT / "services" / service / "src" / package(service) / "routers"
    return any("leaving(" in path.read_text() for path in routers.glob("*.py"))


def use_cases(service: str) -> list[Path]:
    return sorted((ROOT / "services" / service / "src" / package(service) / "use_cases").glob("*.py"))


def publishes(tree: ast.Module) -> bool:
    return any(isinstance(node, ast.Attribute) and node.attr == "publish" for node in ast.walk(tree))


def values(tree: ast.Module) -> set[str]:
    """Names that are used, not only named as the type of something."""
    types = [one for node in ast.walk(tree) for one in annotations(node)]
    inside = {id(inner) for one in types for inner in ast.walk(one)}
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in inside}


def annotations(node: ast.AST) -> list[ast.expr]:
    found = (getattr(node, "annotation", None), getattr(node, "returns", None))
    return [one for one in found if isinstance(one, ast.expr)]


def machine(name: str, found: Mapping[str, dict[str, str]], trees: list[ast.Module]) -> Machine:
    enum, names = str(found["enum"]), {name: state for state, name in found["names"].items()}
    made = {names[member] for tree in trees for member in members(tree, enum) if member in names}
    after: dict[str, list[str]] = {state: list(afters) for state, afters in found["next"].items()}
    return Machine(name, after, frozenset(made))


def members(tree: ast.Module, enum: str) -> set[str]:
    """Members of the enumeration that are given to something; one that is only compared with does not count."""
    given = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.keyword, ast.Return)) and node.value
    ]
    compared = {id(x) for one in given for c in ast.walk(one) if isinstance(c, ast.Compare) for x in ast.walk(c)}
    return {
        x.attr
        for one in given
        for x in ast.walk(one)
        if isinstance(x, ast.Attribute)
        and isinstance(x.value, ast.Name)
        and x.value.id == enum
        and id(x) not in compared
    }
