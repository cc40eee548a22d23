"""`make check` compares the deployment files with the code: here each kind of mistake is made, and must be seen."""

import copy
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "deploy"))

from checks import code, compose, kafka, kubernetes  # noqa: E402

TEXT = (ROOT / "docker-compose.yml").read_text()
PLATFORM = kubernetes.files_of(kubernetes.K8S / "platform")
TEMPLATE = kubernetes.unrendered(kubernetes.K8S / "overlays" / "intake")


def of_compose(old: str, new: str) -> list[str]:
    assert old in TEXT
    return list(compose.compose_faults(TEXT.replace(old, new)))


def of_k8s(docs: list[dict[str, Any]]) -> list[str]:
    found = kubernetes.k8s_faults("intake", docs, PLATFORM, final=False)
    return [*found, *kubernetes.schema_faults("intake", docs)]


@pytest.fixture
def docs() -> list[dict[str, Any]]:
    return copy.deepcopy(TEMPLATE)


def api(docs: list[dict[str, Any]]) -> dict[str, Any]:
    """The container of the api."""
    found = next(doc for doc in docs if doc["kind"] == "Deployment" and doc["metadata"]["name"] == "api")
    box: dict[str, Any] = found["spec"]["template"]["spec"]["containers"][0]
    return box


def settings(docs: list[dict[str, Any]]) -> dict[str, str]:
    found: dict[str, str] = next(doc for doc in docs if doc["kind"] == "ConfigMap")["data"]
    return found


def test_the_files_and_the_code_agree() -> None:
    assert list(compose.compose_faults(TEXT)) == []
    assert list(kubernetes.all_k8s_faults(final=False)) == []


@pytest.mark.skipif(not kubernetes.kustomize(), reason="neither kubectl nor kustomize is here")
def test_the_rendered_overlays_and_the_code_agree() -> None:
    assert list(kubernetes.all_k8s_faults(final=True)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('TRELLIS_OUTWARD_NETWORKS: ""', "TRELLIS_OUTWARD_NETWORKS: 10.0.0.0/8,no-network"),
        ('TRELLIS_AUDIT_YEARS: "6"', "TRELLIS_AUDIT_YEARS: six"),
    ],
)
def test_a_value_that_no_service_could_read_is_seen(old: str, new: str) -> None:
    faults = of_compose(old, new)
    assert faults and all(f"cannot read {new.partition(':')[0]}" in fault for fault in faults)


def test_a_text_that_is_no_json_is_seen() -> None:
    assert "service_urls" in code.unreadable("intake", {"TRELLIS_SERVICE_URLS": "not json"})[0]


def test_a_secret_that_may_be_missing_has_no_value_in_the_file() -> None:
    faults = of_compose("${TRELLIS_OTHER_MASTER_KEYS:-}", "${TRELLIS_OTHER_MASTER_KEYS:-c2FtcGxl}")
    assert "docker-compose.yml: intake-api: TRELLIS_OTHER_MASTER_KEYS is a secret and must come by reference" in faults


def test_a_wrong_environment_name_is_read_by_nobody_and_the_right_one_is_not_told() -> None:
    faults = of_compose("INTAKE_HOST: ", "INTAKE_HOTS: ")
    assert "docker-compose.yml: intake-worker: INTAKE_HOTS is read by nobody" in faults
    assert "docker-compose.yml: intake-worker: INTAKE_HOST is not told" in faults


def test_another_services_name_is_wrong_too() -> None:
    assert any("INTAKE_HOST is read by nobody" in fault for fault in of_compose("WORKFORCE_HOST: ", "INTAKE_HOST: "))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("INTAKE_APP_PASSWORD: ${INTAKE_APP_PASSWORD:?run deploy/make-env first}", "INTAKE_APP_PASSWORD: x", "by reference"),
        ("INTAKE_PORT: \"8000\"", "INTAKE_PORT: \"8001\"", "health is asked on port 8000"),
        ("INTAKE_PORT: \"8000\"", "INTAKE_PORT: \"8001\"", "nobody listens at http://intake-api:8000"),
        ("http://127.0.0.1:8000/health/ready", "http://127.0.0.1:8000/healthz", "/healthz is no path of intake"),
        ("shared.run, worker]", "shared.run, wroker]", "is not a command of shared.run"),
        ("image: trellis-intake", "image: trellis-workforce", "is not trellis-intake"),
        ("http://gateway-api:8000/oauth/token", "http://gateway-api:8000/token", "is no path of the gateway"),
        ('"workforce": "http://workforce-api:8000"', '"worker": "http://workforce-api:8000"', "differ by workforce"),
        ("${TRELLIS_PORT:-8080}:8000", "${TRELLIS_PORT:-8080}:8080", "port 8080 is opened"),
        ("${TRELLIS_MASTER_KEY:?run deploy/make-env first}", "${TRELLIS_MASTER_KEY:?}", "does not say that deploy/make-env"),
        ("${KAFKA_CLUSTER_ID:?run", "${KAFKA_CLUSTER:?run", "but not both"),
        ("<<: [*intake, *operator]", "<<: *intake", "is for the command database"),
        ("intake-migrate: {condition: service_completed", "intake-migrate: {condition: service_started", "must be there"),
        ("trellis, topics, apply", "trellis, topics, show", "topics must be there"),
        ("      topics: {condition: service_completed_successfully}", "      topics: {condition: service_started}", "must wait until topics"),
        ("SANDBOX_PAYER_PORT", "PAYER_PORT", "PAYER_PORT is read by nobody"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_compose_file_is_seen(old: str, new: str, said: str) -> None:
    assert any(said in fault for fault in of_compose(old, new))


def test_a_wrong_environment_name_in_an_overlay_is_seen(docs: list[dict[str, Any]]) -> None:
    settings(docs)["INTAKE_DATABSE_URL"] = settings(docs).pop("INTAKE_DATABASE_URL")
    faults = of_k8s(docs)
    assert "deploy/k8s intake: worker worker: INTAKE_DATABSE_URL is read by nobody" in faults
    assert "deploy/k8s intake: worker worker: INTAKE_DATABASE_URL is not told" in faults


def test_a_health_path_that_no_route_answers_is_seen(docs: list[dict[str, Any]]) -> None:
    api(docs)["readinessProbe"]["httpGet"]["path"] = "/ready"
    assert any("/ready is no path of intake" in fault for fault in of_k8s(docs))


def test_a_missing_secret_is_seen(docs: list[dict[str, Any]]) -> None:
    del api(docs)["envFrom"][2]
    assert "deploy/k8s intake: api api: INTAKE_OWNER_PASSWORD is not told" in of_k8s(docs)


def test_a_secret_written_into_the_settings_is_seen(docs: list[dict[str, Any]]) -> None:
    api(docs)["env"] = [{"name": "INTAKE_APP_PASSWORD", "value": "x"}]
    assert any("INTAKE_APP_PASSWORD is a secret" in fault for fault in of_k8s(docs))


def test_a_port_that_nobody_listens_on_is_seen(docs: list[dict[str, Any]]) -> None:
    settings(docs)["INTAKE_PORT"] = "8001"
    assert any("health is asked on port 8000, the process listens on 8001" in fault for fault in of_k8s(docs))


def test_a_root_file_system_that_can_be_written_is_seen(docs: list[dict[str, Any]]) -> None:
    api(docs)["securityContext"]["readOnlyRootFilesystem"] = False
    assert any("root file system" in fault for fault in of_k8s(docs))


def test_what_the_schema_does_not_know_is_seen(docs: list[dict[str, Any]]) -> None:
    api(docs)["redinessProbe"] = api(docs).pop("readinessProbe")
    assert any("redinessProbe" in fault for fault in of_k8s(docs))


def test_a_right_that_no_handler_needs_and_one_that_lacks_are_seen() -> None:
    said = kafka.declared()
    heard = {**{service: set(topics) for service, topics in said.reads.items()}, "gateway": {"intake.restricted"}}
    assert list(kafka.compared(said, heard)) == [
        "topics.toml: gateway listens to intake.restricted and may not read it: add it to its line in [reads]",
        "topics.toml: gateway may read intake and does not listen to it: take it from its line in [reads]",
        "topics.toml: gateway may read workforce and does not listen to it: take it from its line in [reads]",
    ]


def test_a_platform_that_comes_in_otherwise_than_declared_is_seen() -> None:
    platform = copy.deepcopy(PLATFORM)
    next(doc for doc in platform if doc["kind"] == "ConfigMap")["data"]["KAFKA_SECURITY_PROTOCOL"] = "PLAINTEXT"
    platform.remove(next(doc for doc in platform if doc["kind"] == "Job"))
    assert list(kafka.k8s_kafka_faults(platform)) == [
        "deploy/k8s platform: one Job must run `trellis topics apply`",
        "deploy/k8s platform: KAFKA_SECURITY_PROTOCOL is PLAINTEXT, topics.toml says SASL_SSL",
    ]


def test_the_secrets_are_made_once_and_only_their_owner_reads_them(tmp_path: Path) -> None:
    env = tmp_path / ".env"
    env.write_text("TRELLIS_PORT=9090\nINTAKE_APP_PASSWORD=kept\n")
    made = code.make_env()
    assert made.complete(env) == len(made.env_names()) - 1
    first = made.read(env)
    assert first["INTAKE_APP_PASSWORD"] == "kept" and first["TRELLIS_PORT"] == "9090"
    assert len(set(first.values())) == len(first)
    assert made.complete(env) == 0 and made.read(env) == first
    assert stat.S_IMODE(env.stat().st_mode) == 0o600


def test_git_ignores_the_secrets() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a clone")
    assert subprocess.run(["git", "check-ignore", "--quiet", ".env"], cwd=ROOT, check=False).returncode == 0


def test_no_secret_that_a_service_needs_is_missing_from_its_kubernetes_secret() -> None:
    for service in code.services():
        assert code.secrets_of(service) == set(kubernetes.secret_names(service))
