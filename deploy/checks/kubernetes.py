"""deploy/k8s: schemas, containers, guards; rendered by kustomize where it is, else file by file."""
# ruff: noqa: S603

import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from checks.code import ROOT, make_env, services
from checks.containers import Container, Faults, address_faults, container_faults
from checks.kafka import k8s_kafka_faults

K8S = ROOT / "deploy" / "k8s"
Doc = dict[str, Any]


def documents(text: str) -> list[Doc]:
    return [doc for doc in yaml.safe_load_all(text) if doc]


def kustomize() -> list[str]:
    """The command that renders an overlay, where there is one."""
    if found := shutil.which("kustomize"):
        return [found, "build"]
    found = shutil.which("kubectl")
    return [found, "kustomize"] if found else []


def rendered(overlay: Path) -> list[Doc]:
    done = subprocess.run([*kustomize(), str(overlay)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{overlay.relative_to(ROOT)}: {done.stderr.strip()}")
    return documents(done.stdout)


def files_of(folder: Path) -> list[Doc]:
    return [doc for path in sorted(folder.glob("[!k]*.yaml")) for doc in documents(path.read_text())]


def unrendered(overlay: Path) -> list[Doc]:
    """Without kustomize: the base's files, the overlay's own and its settings, before names and patches."""
    said = yaml.safe_load((overlay / "kustomization.yaml").read_text())
    files = [*sorted((K8S / "base").glob("[!k]*.yaml")), *sorted(overlay.glob("[!k]*.yaml"))]
    maps = [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": made["name"]},
            "data": dict(x.split("=", 1) for x in made["literals"]),
        }
        for made in said.get("configMapGenerator", [])
    ]
    return [doc for path in files for doc in documents(path.read_text())] + maps


def pod_of(doc: Doc) -> Doc:
    found: Doc = doc["spec"]["template"]["spec"] if doc["kind"] in ("Deployment", "Job") else {}
    return found


def k8s_container(service: str, doc: Doc, said: Doc, maps: dict[str, Doc], *, final: bool) -> Container:
    where = f"deploy/k8s {service}: {doc['metadata']['name']} {said['name']}"
    ports = {port.get("name", ""): str(port["containerPort"]) for port in said.get("ports", [])}
    asks = [said[kind]["httpGet"] for kind in ("startupProbe", "livenessProbe", "readinessProbe") if kind in said]
    env: dict[str, str | None] = {}
    for source in said.get("envFrom", []):
        if "configMapRef" in source:
            env.update(maps.get(source["configMapRef"]["name"], {}))
        elif source["secretRef"]["name"] == (service if final else "service"):
            env.update(dict.fromkeys(secret_names(service)))
    env.update({each["name"]: each.get("value") for each in said.get("env", [])})
    return Container(
        where=where,
        service=service,
        command=said["command"],
        image=said["image"] if final else f"trellis-{service}",
        env=env,
        probes=[(ask["path"], ports.get(str(ask["port"]), str(ask["port"]))) for ask in asks],
        ports=list(ports.values()),
    )


@cache
def secret_names(service: str) -> tuple[str, ...]:
    """What the Secret of a service holds, by deploy/make-env."""
    module = make_env()
    return tuple(module.service_secret(service, dict.fromkeys(module.env_names(), "x")))


def k8s_faults(service: str, docs: list[Doc], platform: list[Doc], *, final: bool) -> Faults:
    maps = {doc["metadata"]["name"]: doc["data"] for doc in [*docs, *platform] if doc["kind"] == "ConfigMap"}
    pods = [(doc, pod_of(doc)) for doc in docs]
    both = [(doc, box) for doc, pod in pods for box in [*pod.get("initContainers", []), *pod.get("containers", [])]]
    opened = next((str(port["port"]) for doc in docs if doc["kind"] == "Service" for port in doc["spec"]["ports"]), "")
    listening = dict.fromkeys((f"{each}-api" for each in services()), opened)  # one template: all listen alike
    boxes = [k8s_container(service, doc, box, maps, final=final) for doc, box in both]
    for missing in sorted({"api", "worker", "migrate", "database"} - {box.verb for box in boxes}):
        yield f"deploy/k8s {service}: nothing runs {missing}"
    for box in boxes:
        yield from container_faults(box)
        if box.verb in ("api", "worker") and {path for path, _ in box.probes} != {"/health/live", "/health/ready"}:
            yield f"{box.where}: must be asked for /health/live and /health/ready"
        yield from address_faults(box.where, box.env, listening)
    for doc, box in both:
        yield from guard_faults(f"deploy/k8s {service}: {doc['metadata']['name']} {box['name']}", pod_of(doc), box)
    for doc in docs:
        if doc["kind"] == "Secret":
            yield f"deploy/k8s {service}: a Secret stands in the files"
        if doc["kind"] == "Service":
            yield from service_faults(service, doc, boxes, final=final)


def guard_faults(where: str, pod: Doc, box: Doc) -> Faults:
    guarded = box.get("securityContext", {})
    if not pod.get("securityContext", {}).get("runAsNonRoot") or not guarded.get("readOnlyRootFilesystem"):
        yield f"{where}: runs as root, or on a root file system that can be written"
    if {"requests", "limits"} - box.get("resources", {}).keys():
        yield f"{where}: says no resource requests and limits"


def service_faults(service: str, doc: Doc, boxes: list[Container], *, final: bool) -> Faults:
    if final and doc["metadata"]["name"] != f"{service}-api":
        yield f"deploy/k8s {service}: the Service is not called {service}-api"
    opened = {port for box in boxes if box.verb == "api" for port in box.ports}
    for port in doc["spec"]["ports"]:
        if str(port["port"]) not in opened:
            yield f"deploy/k8s {service}: the Service's port {port['port']} is not the api's"


def schema_faults(where: str, docs: list[Doc]) -> Faults:
    import kubernetes_validate

    for doc in docs:
        try:
            kubernetes_validate.validate(doc, kubernetes_validate.latest_version(), strict=True)
        except kubernetes_validate.ValidationError as error:
            yield f"{where}: {doc['kind']} {doc['metadata']['name']}: {error.message}"


def all_k8s_faults(*, final: bool) -> Faults:
    render = rendered if final else unrendered
    platform = rendered(K8S / "platform") if final else files_of(K8S / "platform")
    listed = yaml.safe_load((K8S / "overlays" / "all" / "kustomization.yaml").read_text())["resources"]
    if set(listed) != {"../../platform", *(f"../{service}" for service in services())}:
        yield "deploy/k8s/overlays/all does not hold the platform and each service, once"
    yield from schema_faults("deploy/k8s platform", platform)
    yield from k8s_kafka_faults(platform)
    for doc in platform:
        for box in pod_of(doc).get("containers", []):
            yield from guard_faults(f"deploy/k8s platform: {doc['metadata']['name']}", pod_of(doc), box)
    for service in services():
        docs = render(K8S / "overlays" / service)
        yield from schema_faults(f"deploy/k8s {service}", docs)
        yield from k8s_faults(service, docs, platform, final=final)
    if final:
        yield from twice(rendered(K8S / "overlays" / "all"))


def twice(docs: list[Doc]) -> Faults:
    names = [f"{doc['kind']} {doc['metadata']['name']}" for doc in docs]
    yield from (
        f"deploy/k8s: {name} stands twice" for name in sorted({name for name in names if names.count(name) > 1})
    )
