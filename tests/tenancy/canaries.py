"""Words that stand nowhere else, entered through every member that takes free text."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from hostile import fresh
from operations import Request

FORMAL = ("enum", "format", "pattern", "const", "contentMediaType")


@dataclass
class Canaries:
    """By the operation and the member through which each was sent: for whoever looks where it may stand sealed."""

    document: Any
    sent: dict[str, tuple[str, str]] = field(default_factory=dict)

    def of(self, request: Request) -> Iterator[Request]:
        """The owner's request with a canary in each free text at once, then in its names, filters and headers."""
        schema = request.operation.body
        if request.body is not None and schema is not None:
            body = copy.deepcopy(request.body)
            for path in self.texts(schema, body):
                put(body, path, self.fresh(request, "/".join(map(str, path))))
            yield replace(request, body=body, headers=fresh(request))
            told = {**request.body, self.fresh(request, "an unknown member"): self.fresh(request, "its value")}
            yield replace(request, body=told, headers=fresh(request))
        else:
            yield replace(request, query={**request.query, "q": self.fresh(request, "an unknown filter")})

    def fresh(self, request: Request, member: str) -> str:
        canary = f"Canary-{len(self.sent):04d}-Wren"
        self.sent[canary] = (request.operation.shown, member)
        return canary

    def texts(self, schema: Any, body: Any) -> list[tuple[Any, ...]]:
        """Where free text may stand: members that are sent, and those that could be."""
        found: list[tuple[Any, ...]] = []
        self.walk(self.resolved(schema), body, (), found)
        return found

    def walk(self, schema: Any, body: Any, path: tuple[Any, ...], found: list[tuple[Any, ...]]) -> None:
        kinds = [self.resolved(one) for one in schema.get("anyOf", [schema])]
        for kind in kinds:
            if kind.get("type") == "string" and not any(name in kind for name in FORMAL):
                found.append(path)
                return
            if kind.get("type") == "object" and isinstance(body, dict):
                known = kind.get("properties") or dict.fromkeys(body, kind.get("additionalProperties") or {})
                for name, inner in known.items():
                    if name in body or not kind.get("required") or is_text(self.resolved(inner)):
                        self.walk(self.resolved(inner), body.get(name), (*path, name), found)
            elif kind.get("type") == "array" and isinstance(body, list) and body:
                self.walk(self.resolved(kind["items"]), body[0], (*path, 0), found)

    def resolved(self, schema: Any) -> Any:
        if isinstance(schema, dict) and "$ref" in schema:
            return self.document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return schema if isinstance(schema, dict) else {}


def is_text(schema: Any) -> bool:
    return any(one.get("type") == "string" for one in schema.get("anyOf", [schema]))


def put(body: Any, path: tuple[Any, ...], text: str) -> None:
    for step in path[:-1]:
        if isinstance(body, dict) and not isinstance(body.get(step), dict | list):
            return
        body = body[step]
    body[path[-1]] = text
