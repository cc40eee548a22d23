"""Every operation of the merged document, and for each a request that its owner is answered with 2xx."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from gateway.rules.roles import GRANTS, PartnerScope, Role
from world import Sent, World

UUID_FORM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
PLAIN = {"therapist-2": "therapist"}
PEOPLE = (*(role.value.replace("_", "-") for role in Role), *PLAIN)
WEBSITE = "website"
NOBODYS = {
    "POST /v1/admin/agencies": "the operator's, who belongs to no agency",
    "PATCH /v1/admin/agencies/{agency_id}": "the operator's, who belongs to no agency",
    "POST /v1/admin/agencies/{agency_id}/suspension": "the operator's, who belongs to no agency",
    "POST /v1/admin/agencies/{agency_id}/resumption": "the operator's, who belongs to no agency",
    "POST /v1/admin/agencies/{agency_id}/administrator-invitation": "the operator's, who belongs to no agency",
    "GET /v1/admin/signing-keys": "the operator's: keys are the installation's",
    "POST /v1/admin/signing-keys": "the operator's: keys are the installation's",
}
"""Operations of which no agency is the owner, and why."""


@dataclass(frozen=True)
class Operation:
    """One route. `scope` is empty where no token is asked for."""

    method: str
    path: str
    name: str
    scope: str
    filters: tuple[str, ...]
    required: tuple[str, ...]
    is_paged: bool = False
    body: Any = field(compare=False, hash=False, default=None)

    @property
    def shown(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def form(self) -> "re.Pattern[str]":
        return re.compile(re.sub(r"\{[^}]+\}", "([^/]+)", re.escape(self.path).replace(r"\{", "{").replace(r"\}", "}")))

    @property
    def names(self) -> list[str]:
        return re.findall(r"\{([^}]+)\}", self.path)


@dataclass(frozen=True)
class Request:
    """A request as its owner makes it."""

    operation: Operation
    agency: str
    username: str
    path: str
    query: dict[str, Any] = field(default_factory=dict)
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    etag: str = ""
    cursor: str = ""
    row: str = ""

    @property
    def said(self) -> str:
        """All that the request says."""
        return f"{self.path} {self.query} {self.body} {self.headers}"


def operations(document: Any) -> list[Operation]:
    return [
        operation_of(method.upper(), path, found)
        for path, item in document["paths"].items()
        for method, found in item.items()
    ]


def operation_of(method: str, path: str, found: Any) -> Operation:
    scopes = [scope for need in found.get("security", []) for scope in need.get("oauth2", [])]
    queries = [p for p in found.get("parameters", []) if p["in"] == "query"]
    uuids = [p["name"] for p in queries if "uuid" in str(p["schema"])]
    required = [p["name"] for p in queries if p.get("required")]
    is_paged = any(p["name"] == "limit" for p in queries)
    body = found.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    return Operation(
        method, path, found["operationId"], (scopes or [""])[0], tuple(uuids), tuple(required), is_paged, body
    )


def scopes_of(username: str) -> frozenset[str]:
    """What the table of roles grants to this person of an agency."""
    if username == WEBSITE:
        return frozenset({PartnerScope.CREATE_INQUIRIES.value})
    return frozenset(GRANTS[Role(PLAIN.get(username, username.replace("-", "_")))].scopes)


@dataclass
class Requests:
    """The owners' requests by operation and agency. Reads are found by what the writes left."""

    world: World
    operations: list[Operation]
    document: Any = field(repr=False)
    found: dict[tuple[Operation, str], Request] = field(default_factory=dict)
    ids: dict[str, dict[str, set[str]]] = field(default_factory=dict)

    def collect(self) -> None:
        for sent in self.world.gateway.sent:
            self.learn(sent)
        self.ask([op for op in self.operations if op.method == "GET" and not op.names])
        self.ask([op for op in self.operations if op.method == "GET" and op.names])

    def learn(self, sent: Sent) -> None:
        operation = self.operation_of(sent)
        if operation is None or not sent.agency or not 200 <= sent.status < 300:
            return
        pool = self.ids.setdefault(sent.agency, {})
        keep(pool, sent.answer)
        keep_own(pool, operation, sent)
        etag = sent.answer_headers.get("etag", "") if sent.method == "GET" else ""
        cursor = sent.answer.get("next_cursor") or "" if isinstance(sent.answer, dict) else ""
        row = str(sent.answer.get("id", "")) if isinstance(sent.answer, dict) else ""
        made = Request(
            operation, sent.agency, sent.username, sent.path, sent.query, sent.body, sent.headers, etag, cursor, row
        )
        self.found.setdefault((operation, sent.agency), made)

    def operation_of(self, sent: Sent) -> Operation | None:
        fitting = [op for op in self.operations if op.method == sent.method and op.form.fullmatch(sent.path)]
        return min(fitting, key=lambda op: len(op.names), default=None)

    def ask(self, wanted: list[Operation]) -> None:
        """Ask as each who may, until one is answered."""
        for slug in self.world.sown:
            for operation in wanted:
                if operation.scope and (operation, slug) not in self.found:
                    self.ask_one(operation, slug)

    def ask_one(self, operation: Operation, slug: str) -> None:
        for path, query in self.addresses(operation, slug):
            for username in PEOPLE:
                if operation.scope in scopes_of(username):
                    caller = self.world.person(slug, username)
                    before = len(self.world.gateway.sent)
                    headers = {"Authorization": f"Bearer {caller.gateway.token(caller.holder, caller.fetch)}"}
                    self.world.gateway.once("GET", path, params=query, headers=headers)
                    self.learn_last(before)
                    if has_something(self.world.gateway.sent[-1]):
                        return

    def learn_last(self, before: int) -> None:
        for sent in self.world.gateway.sent[before:]:
            operation = self.operation_of(sent)
            if operation and not has_something(self.world.gateway.sent[-1]) and (operation, sent.agency) in self.found:
                continue
            if operation and has_something(sent):
                self.found.pop((operation, sent.agency), None)
            self.learn(sent)

    def addresses(self, operation: Operation, slug: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Addresses to try, the likeliest first."""
        pool = self.ids.get(slug, {})
        page = {"limit": 1} if operation.is_paged else {}
        if not operation.names:
            for query in self.queries(operation, slug):
                yield operation.path, {**page, **query}
            return
        for value in self.values(operation, pool):
            path = operation.path
            for name, given in zip(operation.names, value, strict=True):
                path = path.replace(f"{{{name}}}", given)
            yield path, page

    def queries(self, operation: Operation, slug: str) -> Iterator[dict[str, Any]]:
        if operation.name == "list_slots":
            today = self.world.sown[slug].today
            yield {"from_on": today.isoformat(), "until_on": today.replace(day=28).isoformat()}
        elif operation.required:
            for value in sorted(self.ids.get(slug, {}).get(operation.required[0], ())):
                yield {operation.required[0]: value}
        else:
            yield {}

    def values(self, operation: Operation, pool: dict[str, set[str]]) -> list[list[str]]:
        """Ids for the names in a path: those of the collection before the name."""
        found: list[list[str]] = [[]]
        parts = operation.path.split("/")
        for name in operation.names:
            collection = "/".join(parts[: parts.index(f"{{{name}}}")])
            known = sorted(pool.get(collection, set()) | pool.get(name, set()))[:12]
            found = [[*before, value] for before in found for value in known]
        return found


def keep(pool: dict[str, set[str]], answer: Any, name: str = "") -> None:
    """Every id in an answer, by the name of its field."""
    if isinstance(answer, dict):
        for inner, value in answer.items():
            keep(pool, value, inner)
    elif isinstance(answer, list):
        for value in answer:
            keep(pool, value, name)
    elif isinstance(answer, str) and UUID_FORM.fullmatch(answer):
        pool.setdefault(name, set()).add(answer)


def keep_own(pool: dict[str, set[str]], operation: Operation, sent: Sent) -> None:
    """The ids of rows by their collection."""
    rows = (sent.answer.get("items") or [sent.answer]) if isinstance(sent.answer, dict) else []
    for row in rows:
        if isinstance(row, dict) and isinstance(row.get("id"), str) and not operation.names:
            pool.setdefault(operation.path, set()).add(row["id"])
    for name, value in zip(operation.names, operation.form.fullmatch(sent.path).groups(), strict=True):  # type: ignore[union-attr]
        parts = operation.path.split("/")
        pool.setdefault("/".join(parts[: parts.index(f"{{{name}}}")]), set()).add(value)


def has_something(sent: Sent) -> bool:
    """Answered, and a list with something in it."""
    good = 200 <= sent.status < 300
    return good and not (isinstance(sent.answer, dict) and sent.answer.get("items") == [])


def with_other_ids(request: Request, other: UUID) -> Request:
    """The same request with an id in its address that nobody has."""
    return replace(request, path=UUID_FORM.sub(str(other), request.path))
