"""What text in an address may do to the statements that reach PostgreSQL: hostile values and cursors, and good ones."""

import base64
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import asyncpg
from operations import Operation, Request
from trellis import environment
from world import World

SHAPES = """SELECT queryid, min(query) AS query FROM pg_stat_statements s
JOIN pg_roles r ON r.oid = s.userid WHERE r.rolname LIKE '%\\_app' GROUP BY queryid"""
ATTEMPTS = (
    "' OR '1'='1",
    "1 OR 1=1",
    "'; DROP TABLE client; --",
    "' UNION SELECT version(), current_user --",
    "') AND (SELECT 1 FROM pg_sleep(3)) IS NOT NULL --",
    "x'||(SELECT current_setting('app.agency'))||'",
    "$1", ":limit", "%s", "%(agency)s",
    '{"$ne": null}', "$.items[*] ? (@ > 0)", "a'->>'b", "{a,b}", "@> '{}'",
    "%", "%%' ESCAPE '", "_%_\\",
    "(a+)+$", "[[:alpha:]]*", "a|b&!c:*",
    "ʼ OR 1=1", "＇ OR 1=1", "%27 OR 1=1", "1/**/OR/**/1=1", "0x27",
    "NULL", "null", "DESC", "id; SELECT 1", "agency_id",
)  # fmt: skip


def said(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


CURSORS = (
    said(uuid4().bytes),
    said(bytes(16)),
    said(b"' OR 1=1 --aaaaa"),
    said(b"' OR 1=1"),
    said(b"x" * 17),
    f"{said(uuid4().bytes)}'--",
    f"{said(uuid4().bytes)}==",
    base64.b64encode(b"\xff" * 16).decode(),
    str(uuid4()),
    "-1", "0", "null",
)  # fmt: skip


def parameters(document: Any, operation: Operation) -> dict[str, Any]:
    """The query parameters of an operation with what their values may be."""
    asked = document["paths"][operation.path][operation.method.lower()].get("parameters", [])
    return {one["name"]: plain(one["schema"], document) for one in asked if one["in"] == "query"}


def plain(schema: Any, document: Any) -> Any:
    """One schema, without null and references."""
    if "$ref" in schema:
        return plain(document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], document)
    kinds = [one for one in schema.get("anyOf", []) if one.get("type") != "null"]
    return plain(kinds[0], document) if kinds else schema


def good(name: str, schema: Any, request: Request) -> list[str]:
    """Values as people send them, with one that is refused in the ordinary way."""
    if name in request.query:
        return [str(request.query[name])]
    if name == "cursor":
        return [one for one in (request.cursor, said(uuid4().bytes), "no-cursor") if one]
    if name == "limit":
        return ["1", "200", "0"]
    if "enum" in schema or "const" in schema:
        return [*map(str, schema.get("enum") or [schema["const"]]), "no-such"]
    forms = {"uuid": [str(uuid4())], "date": ["2026-11-23"], "date-time": ["2026-11-23T09:00:00Z"]}
    kinds = {"boolean": ["true", "false"], "integer": ["1", "2"], "number": ["1.5"], "array": ["home", str(uuid4())]}
    known = forms.get(schema.get("format", "")) or kinds.get(schema.get("type", ""))
    return [*(known or ["sample", "60601", "en", "Sample place"]), "no such value"]


def asked_with(
    request: Request, name: str, values: Iterator[str] | tuple[str, ...] | list[str]
) -> list[dict[str, Any]]:
    return [{**request.query, name: value} for value in values]


async def shapes(world: World) -> dict[int, str]:
    """Every shape of statement that a service's own role has sent so far. The view stands in no service's database."""
    connection = await asyncpg.connect(environment.superuser_url(world.layout, world.book))
    await connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
    found = {row["queryid"]: row["query"] for row in await connection.fetch(SHAPES)}
    await connection.close()
    return found
