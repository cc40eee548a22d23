"""Same key, same answer: kept with the effect, in its transaction, encrypted under the agency's key (decision 18)."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from shared import keys
from shared.auth import Principal
from shared.crypto import open_bytes, seal_bytes
from shared.db import Transaction
from shared.errors import KeyReused, Malformed, NotFound

LOOK_UP = """SELECT request_hash, status, headers, key_id, body, (SELECT bool_and(can_see(c::uuid))
  FROM jsonb_array_elements_text(headers -> 'clients') c) IS NOT FALSE AS visible FROM idempotency
WHERE agency_id = $1 AND subject = $2 AND key = $3"""
KEEP = """INSERT INTO idempotency (agency_id, subject, key, request_hash, status, headers, key_id, body)
SELECT $1, $2, $3, $4, $5, $6::jsonb || jsonb_build_object('clients',
  (SELECT coalesce(jsonb_agg(c), '[]') FROM unnest($9::uuid[]) c WHERE can_see(c))), $7, $8"""
KEPT_HEADERS = ("content-type", "etag", "location")


@dataclass(frozen=True)
class IdempotencyKey:
    """The caller's key and the request that it stands for."""

    key: str
    request_hash: bytes
    lock: int

    @classmethod
    def of(cls, request: Request, body: bytes, by: Principal) -> "IdempotencyKey | None":
        key = request.headers.get("idempotency-key")
        if key is None or request.method not in ("POST", "PATCH", "PUT"):
            return None
        if not 1 <= len(key) <= 200 or not key.isprintable():
            raise Malformed("An Idempotency-Key has 1 to 200 printable characters.")
        path, query = request.scope["path"], request.scope["query_string"]
        said = f"{request.method}\n{path}\n".encode() + query + b"\n" + body
        lock = hashlib.sha256(f"{by.agency_id}|{by.id}|{key}".encode()).digest()[:8]
        return cls(key, hashlib.sha256(said).digest(), int.from_bytes(lock, signed=True))


async def replay(tx: Transaction, key: IdempotencyKey) -> Response | None:
    """The kept answer, audited again; None when the key is new; KeyReused when it stood for another request.

    A client whom the caller saw then and may not see now makes it NotFound, as the request itself would be.
    """
    found = await tx._driver.fetchrow(LOOK_UP, tx.agency_id, tx.by.id, key.key)
    if found is None:
        return None
    if found["request_hash"] != key.request_hash:
        raise KeyReused()
    if not found["visible"]:
        raise NotFound()
    secret = await keys.of_id(tx, tx.agency_id, found["key_id"])
    kept = dict(found["headers"])
    tx.outlast_permits(kept.pop("outlast", 0.0))
    for client in kept.pop("clients", None) or [None]:
        tx.audit("idempotency.replay", subject=UUID(client) if client else None, by=tx.by)
    headers = {**kept, "Idempotent-Replayed": "true"}
    return Response(open_bytes(secret, found["body"], aad(tx, key)), found["status"], headers)


async def keep(tx: Transaction, key: IdempotencyKey, response: Response) -> None:
    """Store the answer in the effect's own transaction; the primary key is the last guard against a twin."""
    key_id, secret = await tx.key_of(tx.agency_id)
    headers: dict[str, Any] = {n: response.headers[n] for n in KEPT_HEADERS if n in response.headers}
    headers |= {"outlast": tx.outlast} if tx.outlast else {}
    sealed = seal_bytes(secret, bytes(response.body), aad(tx, key))
    await tx._driver.execute(
        KEEP,
        tx.agency_id,
        tx.by.id,
        key.key,
        key.request_hash,
        response.status_code,
        json.dumps(headers),
        key_id,
        sealed,
        sorted({a.client_id for a in tx.audits if a.client_id}),
    )


def aad(tx: Transaction, key: IdempotencyKey) -> bytes:
    parts: list[Any] = ["idempotency", tx.agency_id, tx.by.id, key.key]
    return "|".join(str(p) for p in parts).encode()
