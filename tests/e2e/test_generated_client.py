"""A client generated from the merged document of the running platform, and three calls that are made with it."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from openapi_spec_validator import validate

BIN = Path(sys.executable).parent
NUMBERED = re.compile(r"\d+$")
CALLS = """
import json, sys
from trellis_client import AuthenticatedClient, Client
from trellis_client.api.directory import list_services
from trellis_client.api.inquiries import list_inquiries
from trellis_client.api.measures import post_score
from trellis_client.api.sandbox import post_sandbox_token
from trellis_client.models import Answers, InstrumentCode, SandboxSignIn

url = sys.argv[1]
who = SandboxSignIn(agency="alder", username="intake-coordinator")
token = post_sandbox_token.sync(client=Client(url, timeout=60), body=who).access_token
with AuthenticatedClient(url, token, timeout=60) as client:
    inquiries = list_inquiries.sync_detailed(client=client)
    score = post_score.sync_detailed(
        InstrumentCode("phq-9"), client=client, body=Answers(items=[0, 0, 1, 1, 0, 0, 0, 0, 1])
    )
    services = list_services.sync_detailed(client=client)
print(json.dumps({
    "statuses": [answer.status_code for answer in (inquiries, score, services)],
    "inquiries": [str(each.id) for each in inquiries.parsed.items],
    "total": score.parsed.total,
    "services": [each.name for each in services.parsed.items],
}))
"""


@pytest.fixture(scope="module")
def document(platform):
    return httpx.get(f"{platform.url}/openapi.json", timeout=60).raise_for_status().json()


@pytest.fixture(scope="module")
def generated(document, tmp_path_factory):
    """The folder of the generated package, and what the generator said."""
    folder = tmp_path_factory.mktemp("client")
    (folder / "openapi.json").write_text(json.dumps(document))
    (folder / "config.yaml").write_text("post_hooks: []\n")
    command = [BIN / "openapi-python-client", "generate", "--path", "openapi.json", "--config", "config.yaml"]
    ran = subprocess.run(
        [*command, "--output-path", "client", "--fail-on-warning"], cwd=folder, capture_output=True, text=True
    )
    return folder / "client", ran


def routes(document):
    """Path and verb of every operation."""
    return [operation for item in document["paths"].values() for operation in item.values()]


def test_the_merged_document_is_valid(document):
    validate(document)
    assert len(document["paths"]) > 100


def test_the_generator_skips_nothing_and_warns_of_nothing(generated, document):
    folder, ran = generated
    said = ran.stdout + ran.stderr
    assert ran.returncode == 0, said
    assert "warning" not in said.lower() and "unable to" not in said.lower(), said
    made = [path.stem for path in (folder / "trellis_client" / "api").rglob("*.py") if path.stem != "__init__"]
    assert sorted(made) == sorted(operation["operationId"] for operation in routes(document))


def test_no_name_is_told_apart_by_a_number(generated, document):
    folder, _ = generated
    models = folder / "trellis_client" / "models"
    names = re.findall(r'^    "(\w+)",$', (models / "__init__.py").read_text(), re.MULTILINE)
    assert len(names) > 200
    found = {*names, *document["components"]["schemas"], *(path.stem for path in models.glob("*.py"))}
    assert sorted(name for name in found if NUMBERED.search(name)) == []


def test_what_is_generated_compiles_and_calls(generated, platform):
    folder, _ = generated
    compiled = subprocess.run([sys.executable, "-m", "compileall", "-q", folder], capture_output=True, text=True)
    assert compiled.returncode == 0, compiled.stdout
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", CALLS, platform.url], env=environment, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    assert found["statuses"] == [200, 200, 200]
    assert found["inquiries"] and found["services"]
    assert found["total"] == 3
