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
    missing = [m for m in MODULES if not (source(service) / f"{m}.py").exists()]
    missing += [f for f in ("routers", "use_cases", "rules") if not (source(service) / f / "__init__.py").exists()]
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
        if p.name != "queries.py" and re.search(r"\bselect\(", p.read_text())
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
