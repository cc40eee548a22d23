"""Merging the services' OpenAPI documents into one.

Source: OpenAPI 3.1, sections 4.8.7 (components) and 4.8.30 (security). Version 2026-11-23.
A schema that two services describe alike stands once; one that differs gets the service's name as a prefix.
"""

import copy
from collections.abc import Mapping
from typing import Any

Document = dict[str, Any]
VERBS = frozenset({"get", "put", "post", "delete", "patch", "head", "options"})
HIDDEN = ("/internal", "/health", "/metrics", "/openapi.json", "/docs")
SCHEME = "oauth2"


def merge(
    documents: Mapping[str, Document], *, title: str, version: str, token_url: str, description: str = ""
) -> Document:
    """One document of all services, in the order given. Paths under HIDDEN are left out."""
    taken: dict[str, Any] = {}
    paths: dict[str, Any] = {}
    tags: dict[str, Any] = {}
    operations: set[str] = set()
    for service, document in documents.items():
        ours = adopt(service, copy.deepcopy(document), taken)
        for path, item in ours.get("paths", {}).items():
            if path.startswith(HIDDEN):
                continue
            paths[path] = {**paths.get(path, {}), **operate(service, item, operations)}
        tags.update({tag["name"]: tag for tag in ours.get("tags", [])})
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version, "description": description},
        "servers": [{"url": "/"}],
        "tags": list(tags.values()),
        "paths": paths,
        "components": {
            "schemas": {name: taken[name] for name in sorted(reachable(paths, taken))},
            "securitySchemes": {SCHEME: scheme(token_url, scopes_of(paths))},
        },
    }


def adopt(service: str, document: Document, taken: dict[str, Any]) -> Document:
    """Take the service's schemas over, renaming those that clash, until no renaming makes another schema differ."""
    schemas: dict[str, Any] = document.get("components", {}).get("schemas", {})
    renamed: dict[str, str] = {}
    while clash := {n for n in schemas if n not in renamed and n in taken and rewrite(schemas[n], renamed) != taken[n]}:
        renamed |= {name: prefixed(service, name) for name in clash}
    taken |= {renamed.get(name, name): rewrite(schema, renamed) for name, schema in schemas.items()}
    return {**document, "paths": rewrite(document.get("paths", {}), renamed)}


def prefixed(service: str, name: str) -> str:
    return "".join(part.capitalize() for part in service.split("-")) + name


def rewrite(node: Any, renamed: Mapping[str, str]) -> Any:
    """The node with its references to renamed schemas changed."""
    if isinstance(node, dict):
        return {key: refer(value, renamed) if key == "$ref" else rewrite(value, renamed) for key, value in node.items()}
    if isinstance(node, list):
        return [rewrite(value, renamed) for value in node]
    if isinstance(node, str) and node.startswith("#/components/schemas/"):
        return refer(node, renamed)
    return node


def refer(reference: Any, renamed: Mapping[str, str]) -> Any:
    if not isinstance(reference, str):
        return rewrite(reference, renamed)
    head, _, name = reference.rpartition("/")
    return f"{head}/{renamed.get(name, name)}"


def operate(service: str, item: Document, seen: set[str]) -> Document:
    """The path's operations with our security scheme and operation ids that are unique over all services."""
    return {key: adapted(service, value, seen) if key in VERBS else value for key, value in item.items()}


def adapted(service: str, operation: Document, seen: set[str]) -> Document:
    name = operation.get("operationId", "")
    unique = name if name not in seen else f"{name}_of_{service.replace('-', '_')}"
    seen.add(unique)
    asked = sorted({scope for one in operation.get("security", []) for scopes in one.values() for scope in scopes})
    security = [{SCHEME: asked}] if operation.get("security") else []
    return {**operation, "operationId": unique, "security": security}


def scopes_of(paths: Document) -> dict[str, str]:
    """Every scope that a route asks for, with what it allows in words."""
    asked = {
        s for item in paths.values() for v in VERBS & item.keys() for one in item[v]["security"] for s in one[SCHEME]
    }
    return {scope: spoken(scope) for scope in sorted(asked)}


def spoken(scope: str) -> str:
    resource, _, verb = scope.partition(":")
    return f"{verb.capitalize()} {resource.replace('-', ' ')}"


def scheme(token_url: str, scopes: dict[str, str]) -> Document:
    return {"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": token_url, "scopes": scopes}}}


def reachable(paths: Document, schemas: Mapping[str, Any]) -> set[str]:
    """The schemas that some path refers to, directly or through another schema."""
    found: set[str] = set()
    queue: list[Any] = [paths]
    while queue:
        new = names_in(queue.pop()) & schemas.keys() - found
        found |= new
        queue += [schemas[name] for name in new]
    return found


def names_in(node: Any) -> set[str]:
    if isinstance(node, dict):
        return {name for value in node.values() for name in names_in(value)}
    if isinstance(node, list):
        return {name for value in node for name in names_in(value)}
    prefix = "#/components/schemas/"
    return {node.removeprefix(prefix)} if isinstance(node, str) and node.startswith(prefix) else set()
