"""Compares docker-compose.yml and deploy/k8s with the code, and validates both. `make check` runs it.

Every environment name must be one that a settings class (or shared/run.py) reads; every one that a service must be told
must be there; secrets come by reference. Ports, commands, health paths and addresses must be those of the code.
"""
# ruff: noqa: INP001

from checks.code import ROOT
from checks.compose import compose_faults, compose_schema
from checks.kafka import rights_faults
from checks.kubernetes import all_k8s_faults, kustomize


def main() -> None:
    compose, final = ROOT / "docker-compose.yml", bool(kustomize())
    reader, complaints = compose_schema(compose)
    found = [*complaints, *compose_faults(compose.read_text()), *all_k8s_faults(final=final), *rights_faults()]
    how = "rendered" if final else "neither kubectl nor kustomize is here, so its files are read as they stand"
    print(f"docker-compose.yml: read against {reader}.")
    print(f"deploy/k8s: {how}; read against the schemas of Kubernetes.")
    if found:
        raise SystemExit("\n".join([*found, f"{len(found)} faults in the deployment files."]))
    print("The deployment files and the code agree.")


if __name__ == "__main__":
    main()
