"""The load, in a process of its own: a closed loop, so many callers at once, each waiting for its answer.

Reads one task as JSON from each line of standard input and answers each with one line: requests, errors, times.
"""

import asyncio
import json
import random
import sys
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import uvloop

EXPECTED = {"write": 201, "read": 200, "page": 200}


@dataclass
class Load:
    """One task: what to ask of whom, for how long."""

    url: str
    kind: str
    seconds: float
    callers: int
    limit: int
    tokens: list[str]
    clients: list[str]
    readers: list[str]
    needs: list[str]
    seed: int
    times: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    async def run(self) -> dict[str, Any]:
        connector = aiohttp.TCPConnector(limit=self.callers)
        async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
            started, cpu = time.perf_counter(), time.process_time()
            await asyncio.gather(*(self.call(session, n, started + self.seconds) for n in range(self.callers)))
            elapsed, cpu = time.perf_counter() - started, time.process_time() - cpu
        times = sorted(self.times) or [0.0]
        p50, p99 = (times[min(len(times) - 1, int(len(times) * q))] for q in (0.5, 0.99))
        return {
            "requests": len(self.times),
            "errors": len(self.errors),
            "first_error": self.errors[0] if self.errors else None,
            "elapsed": elapsed,
            "tail": p99 / p50 if p50 else 0.0,
            "cpu": cpu,
        }

    async def call(self, session: aiohttp.ClientSession, number: int, until: float) -> None:
        chance = random.Random(f"{self.seed}:{number}")
        headers = {"Authorization": f"Bearer {self.tokens[number % len(self.tokens)]}"}
        first = True
        while time.perf_counter() < until:
            method, url, body = self.request(chance)
            started = time.perf_counter()
            try:
                async with session.request(method, url, json=body, headers=headers) as answer:
                    said = await answer.read()
                    wrong = self.judge(answer.status, said, first)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                wrong = type(error).__name__
            self.times.append(time.perf_counter() - started)
            first = False
            if wrong:
                self.errors.append(wrong)

    def request(self, chance: random.Random) -> tuple[str, str, dict[str, Any] | None]:
        if self.kind == "read":
            return "GET", f"{self.url}/v1/needs/{chance.choice(self.needs)}", None
        if self.kind == "page":
            return "GET", f"{self.url}/v1/needs?client_id={chance.choice(self.readers)}&limit={self.limit}", None
        new = {"client_id": chance.choice(self.clients), "domain": "food-insecurity", "code": "Z59.41"}
        return "POST", f"{self.url}/v1/needs", {**new, "wants_help": True}

    def judge(self, status: int, said: bytes, closely: bool) -> str:
        """Empty when right. Each caller's first answer is read; of the others status and a length are looked at."""
        if status != EXPECTED[self.kind]:
            return f"{status}: {said[:200].decode(errors='replace')}"
        if len(said) < (200 if self.kind != "page" else 200 * self.limit):
            return f"too short: {len(said)} bytes"
        if closely:
            found = json.loads(said)
            if len(found.get("items", ["one"])) != (self.limit if self.kind == "page" else 1):
                return f"{len(found['items'])} items"
        return ""


def main() -> None:
    for line in sys.stdin:
        print(json.dumps(uvloop.run(Load(**json.loads(line)).run())), flush=True)


if __name__ == "__main__":
    main()
