"""`python -m trellis.roles` writes docs/roles.md: which role may use which route. `--check` refuses a stale one.

Routes and their scopes are those of each service's OpenAPI document, the roles' scopes those of the gateway's table.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from trellis.layout import SERVICES, package_of

PAGE = Path(__file__).resolve().parents[4] / "docs" / "roles.md"
HEAD = """# Roles and routes

Written by `make events` from the services' OpenAPI documents and `services/gateway/src/gateway/rules/roles.py`;
`make check` refuses it when it is stale. A dot: the role has the scope that the route asks for. Whose records it then
sees is decided where the record is: `POST /v1/access/evaluation` says it for one person and one record.
"""
DOCUMENT = """import importlib, json, os, sys
os.environ['TRELLIS_SANDBOX'] = 'true'
print(json.dumps(importlib.import_module(sys.argv[1] + '.main').app.openapi()))"""
TABLE = """import json
from gateway.rules.roles import GRANTS, PartnerScope
roles = {role.value: [grant.reach.value, sorted(grant.scopes)] for role, grant in GRANTS.items()}
print(json.dumps({**roles, 'partner_app': ['disclosed', sorted(PartnerScope)]}))"""


@dataclass(frozen=True)
class Role:
    name: str
    reach: str
    scopes: frozenset[str]

    @property
    def mark(self) -> str:
        """The column's head: the first letters of the name's words."""
        first, *rest = self.name.split("_")
        return first[:2] + "".join(word[0] for word in rest)


@dataclass(frozen=True)
class Route:
    service: str
    method: str
    path: str
    scope: str


def said(code: str, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen([sys.executable, "-c", code, *arguments], stdout=subprocess.PIPE, text=True)


def answer(process: "subprocess.Popen[str]") -> str:
    out, _ = process.communicate(timeout=120)
    if process.returncode:
        raise RuntimeError("A service cannot be read: see above.")
    return out


def roles() -> list[Role]:
    return [Role(name, reach, frozenset(scopes)) for name, (reach, scopes) in json.loads(answer(said(TABLE))).items()]


def routes() -> list[Route]:
    """Every route that needs a scope, by service; a process for each service, side by side."""
    asked = {service: said(DOCUMENT, package_of(service)) for service in SERVICES}
    return [route for service, process in asked.items() for route in of(service, json.loads(answer(process)))]


def of(service: str, document: Mapping[str, Any]) -> Iterator[Route]:
    for path, methods in sorted(document["paths"].items()):
        for method, operation in sorted(methods.items()):
            for need in operation.get("security", ()):
                yield Route(service, method.upper(), path, need["oauth2"][0])


def page(known: Sequence[Role], found: Sequence[Route]) -> str:
    legend = [f"- **{role.mark}** {role.name}: reach {role.reach}, {len(role.scopes)} scopes" for role in known]
    parts = [HEAD, "\n".join(legend), *(table(service, known, found) for service in SERVICES)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def table(service: str, known: Sequence[Role], found: Sequence[Route]) -> str:
    rows = [
        [f"`{route.method} {route.path}`", f"`{route.scope}`", *("●" if route.scope in r.scopes else "" for r in known)]
        for route in found
        if route.service == service
    ]
    head = ["route", "scope", *(role.mark for role in known)]
    rule = ["---", "---", *(":-:" for _ in known)]
    lines = [f"| {' | '.join(row)} |" for row in (head, rule, *rows)]
    return "\n".join([f"## {service}", "", *lines])


def main() -> int:
    text = page(roles(), routes())
    is_good = PAGE.exists() and PAGE.read_text() == text
    if "--check" not in sys.argv:
        PAGE.write_text(text)
    elif not is_good:
        print("docs/roles.md is stale: make events.")
    return 0 if is_good or "--check" not in sys.argv else 1


if __name__ == "__main__":
    sys.exit(main())
