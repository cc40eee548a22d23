"""What all services have in common, tested over all of them at once. Nothing is imported across: each has its process."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("gateway", "intake", "clinical-records", "scheduling", "referrals", "authorizations", "workforce")
MODULES = (
    "main",
    "settings",
    "consumers",
    "timers",
    "queries",
    "models",
    "schemas",
    "neighbours",
    "integrations",
    "fields",
    "scopes",
    "errors",
)
HEADINGS = ("## Owns", "## Listens to", "## Tells", "## Scopes", "## The three hardest rules")
OPENAPI = """import json, sys, importlib, os
os.environ['TRELLIS_SANDBOX'] = 'true'
app = importlib.import_module(sys.argv[1] + '.main').app
print(json.dumps(app.openapi()))"""


def package(service):
    return service.replace("-", "_")


def source(service):
    return ROOT / "services" / service / "src" / package(service)


def is_package(folder):
    return (folder / "__init__.py").exists()


@pytest.fixture(scope="session")
def documents():
    def document(service):
        ran = subprocess.run([sys.executable, "-c", OPENAPI, package(service)], capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr[-800:]
        return json.loads(ran.stdout)

    return {service: document(service) for service in SERVICES}


def operations(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if isinstance(operation, dict):
                yield path, method, operation


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_has_the_same_modules(service):
    missing = [m for m in MODULES if not ((source(service) / f"{m}.py").exists() or is_package(source(service) / m))]
    missing += [f for f in ("routers", "use_cases", "rules") if not is_package(source(service) / f)]
    assert missing == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_readme_has_its_five_headings(service):
    text = (ROOT / "services" / service / "README.md").read_text()
    assert [h for h in HEADINGS if h not in text] == []


@pytest.mark.parametrize("service", SERVICES)
def test_select_stands_in_queries_only(service):
    found = [
        str(p.relative_to(ROOT))
        for p in source(service).rglob("*.py")
        if "queries" not in (p.stem, p.parent.name) and re.search(r"\bselect\(", p.read_text())
    ]
    assert found == []


@pytest.mark.parametrize("service", SERVICES)
def test_entry_points_have_no_if(service):
    files = [
        *(source(service) / "routers").glob("*.py"),
        source(service) / "consumers.py",
        source(service) / "timers.py",
    ]
    found = [
        f"{p.name}: {line.strip()}" for p in files for line in p.read_text().splitlines() if re.match(r"\s+if\b", line)
    ]
    assert found == []


@pytest.mark.parametrize("service", SERVICES)
def test_no_session_setting_outside_a_transaction(service):
    found = [str(p) for p in source(service).rglob("*.py") if re.search(r"SET\s+app\.|set_config\(", p.read_text())]
    assert found == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_has_a_summary_and_a_scope(documents, service):
    public = {"/oauth/token"}
    bare = [
        f"{method} {path}"
        for path, method, op in operations(documents[service])
        if not op.get("summary") or (not op.get("security") and path not in public and not open_to_all(path))
    ]
    assert bare == []


def open_to_all(path):
    return path.startswith(("/.well-known/", "/oauth/", "/docs", "/openapi", "/health", "/v1/sandbox/", "/metrics"))


def test_operation_ids_are_unique_over_all_services(documents):
    seen = [op["operationId"] for d in documents.values() for _, _, op in operations(d)]
    assert sorted({i for i in seen if seen.count(i) > 1}) == []


def test_every_scope_is_granted_to_some_role_and_every_granted_scope_exists(documents):
    needed = {
        s
        for d in documents.values()
        for _, _, op in operations(d)
        for n in op.get("security", [])
        for s in n.get("oauth2", [])
    }
    ask = "import json; from gateway.rules import roles; print(json.dumps(sorted({str(s) for r in roles.GRANTS.values() for s in r.scopes})))"
    granted = set(
        json.loads(subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True).stdout)
    )
    apart = {
        "agencies:read",
        "agencies:write",
        "signing-keys:read",
        "signing-keys:write",
        "internal",
        "disclosures:evaluate",
    }
    assert needed - granted - apart == set()
    assert granted - needed - apart == set()


def resolved(document, schema, seen=()):
    """The schema and all that it refers to."""
    if isinstance(schema, list):
        for one in schema:
            yield from resolved(document, one, seen)
    elif isinstance(schema, dict):
        yield schema
        name = schema.get("$ref", "").rpartition("/")[2]
        if name and name not in seen:
            yield from resolved(document, document["components"]["schemas"][name], (*seen, name))
        for value in schema.values():
            yield from resolved(document, value, seen)


def tells_of_a_client(document, path, operation):
    answers = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
    fields = {name for schema in resolved(document, answers) for name in schema.get("properties", {})}
    return "{client_id}" in path or "client_id" in fields or path.startswith("/v1/clients")


CLIENTS_SERVICES = tuple(service for service in SERVICES if service != "gateway")  # whose client_id is an app's


@pytest.mark.parametrize("service", CLIENTS_SERVICES)
def test_every_route_that_tells_of_a_client_is_a_registered_exit(documents, service):
    document = documents[service]
    found = [(f"{m} {p}", op) for p, m, op in operations(document) if tells_of_a_client(document, p, op)]
    assert found
    assert [name for name, op in found if not op.get("x-exit")] == []


def test_every_registered_exit_names_classes_that_the_decision_knows(documents):
    known = "import json; from privacy import DataClass; print(json.dumps(list(DataClass)))"
    classes = json.loads(subprocess.run([sys.executable, "-c", known], capture_output=True, check=True).stdout)
    named = [op["x-exit"] for d in documents.values() for _, _, op in operations(d) if "x-exit" in op]
    assert len(named) > 80
    assert [e for e in named if not e["data_classes"] or set(e["data_classes"]) - set(classes)] == []


# What answers no row of a client's record: it says so here, with the reason.
UNLABELLED = {
    "POST /v1/access/evaluation": "whether the caller may do something",
    "POST /v1/authorizations/clock": "a computation that is not kept",
    "POST /v1/consents/validation": "a form that is not kept",
    "GET /v1/note-chains/{client_id}": "whether hashes hold, found anew each time",
}
ABOUT_STAFF = ("/v1/audit-reports", "/v1/me/audit-reports", "/v1/break-glass-grants", "/v1/tasks")
"""What the staff did or are to do: such a row stands beside the record and holds nothing of it."""


def rows_of(document, operation):
    """The schemas of the rows that an answer holds: of a list its items, else the answer itself."""
    for status, answer in operation["responses"].items():
        wanted = answer.get("content", {}).get("application/json", {}).get("schema")
        if status.startswith("2") and wanted:
            whole = named(document, wanted)
            yield named(document, whole.get("properties", {}).get("items", {}).get("items", wanted))


def named(document, schema):
    """What a reference stands for."""
    name = schema.get("$ref", "").rpartition("/")[2]
    return document["components"]["schemas"][name] if name else schema


def test_every_exit_carries_the_labels_of_its_rows(documents):
    exits = [(d, f"{m.upper()} {p}", p, op) for d in documents.values() for p, m, op in operations(d) if "x-exit" in op]
    unlabelled = {
        name
        for document, name, path, op in exits
        for row in rows_of(document, op)
        if "security_labels" not in row.get("properties", {}) and not path.startswith(ABOUT_STAFF)
    }
    assert unlabelled == set(UNLABELLED)
    assert {path for path in ABOUT_STAFF if not any(p.startswith(path) for _, _, p, _ in exits)} == set()


@pytest.mark.parametrize("service", CLIENTS_SERVICES)
def test_every_service_with_clients_rows_hears_of_emergencies_and_of_who_is_out(service):
    text = (source(service) / "consumers.py").read_text()
    assert "    *BREAKING_GLASS,\n" in text and "    *SIGNING_OUT,\n" in text


PORTS = """import importlib, json, os, sys
os.environ['TRELLIS_SANDBOX'] = 'true'
ports = importlib.import_module(sys.argv[1] + '.main').app.state.work.ports
print(json.dumps({name: port.leaves and [port.leaves.kind, *port.leaves.classes] for name, port in ports.items()}))"""


@pytest.mark.parametrize("service", SERVICES)
def test_every_port_to_the_outside_is_a_registered_exit_or_says_that_it_tells_of_nobody(service):
    ran = subprocess.run([sys.executable, "-c", PORTS, package(service)], capture_output=True, text=True, check=True)
    ports = json.loads(ran.stdout.splitlines()[-1])
    assert [name for name, way in ports.items() if name.startswith("payer.") and not way] == []
    text = "".join(path.read_text() for path in source(service).rglob("*.py"))
    assert text.count("port(") - text.count("_port(") >= len(ports)
    if any(way for way in ports.values()):
        assert "permit(" in text
