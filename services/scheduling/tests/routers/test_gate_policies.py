from collections.abc import Callable
from typing import Any

import httpx
from shared.db import uuid7

SCOPES = ("gate-policies:read", "gate-policies:write", "appointments:write")


async def test_policies_begin_with_the_defaults_and_decide_what_blocks(
    http: httpx.AsyncClient, bearer: Callable[..., dict[str, str]], scene: Any
) -> None:
    headers = bearer(*SCOPES)
    found = await http.get("/v1/gate-policies", headers=headers)
    assert (found.status_code, found.headers["ETag"], found.json()["authorization"]) == (200, '"0"', "warn")
    chosen = {name: value for name, value in found.json().items() if name != "version"} | {"authorization": "block"}
    assert (await http.put("/v1/gate-policies", json=chosen, headers=headers)).status_code == 428
    put = await http.put("/v1/gate-policies", json=chosen, headers={**headers, "If-Match": '"0"'})
    assert (put.status_code, put.headers["ETag"]) == (200, '"1"')
    assert (await http.put("/v1/gate-policies", json=chosen, headers={**headers, "If-Match": '"0"'})).status_code == 412
    again = await http.put("/v1/gate-policies", json=chosen, headers={**headers, "If-Match": '"1"'})
    assert again.headers["ETag"] == '"2"'
    stopped = await http.post(
        "/v1/appointments", json=scene.wish(kind="family"), headers={**headers, "Idempotency-Key": str(uuid7())}
    )
    assert (stopped.status_code, stopped.json()["type"], stopped.json()["gates"]) == (
        409,
        "/problems/gate-closed",
        ["authorization"],
    )
    crisis = await http.post(
        "/v1/appointments", json=scene.wish(kind="crisis"), headers={**headers, "Idempotency-Key": str(uuid7())}
    )
    assert crisis.status_code == 201
