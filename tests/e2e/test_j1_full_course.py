"""J1 through the gateway, on a real PostgreSQL and a real broker; then a look at all that left the services."""

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiokafka import AIOKafkaConsumer
from trellis import plan
from trellis.api import Gateway, Problem
from trellis.journeys import j1
from trellis.journeys.course import Course, walk_all
from trellis.layout import PAYER, SERVICES

PEOPLE = ("administrator", *plan.STAFF, "client-portal", "guardian")
OF_ONE_CLIENT = ("/v1/consents", "/v1/disclosures")
TEXTS = ("Sample narrative", "Sample subjective", "Sample reason", "Sample objective", "Sample words", "Sample Client")


@pytest.fixture(scope="module")
def course(running: Any) -> Iterator[Course]:
    """One person's whole course, walked once for all tests of this file."""
    with Gateway(running.url) as gateway:
        walked = Course(gateway, plan.AGENCIES[0].slug)
        walk_all(walked, j1.STEPS)
        yield walked


def test_every_step_does_what_it_should(course: Course) -> None:
    assert [check for check in course.checks if not check.holds] == []


def test_every_event_took_effect_once_in_each_service_that_listens(course: Course) -> None:
    seen = Course(course.gateway, course.agency, course.facts)
    j1.check_trail(seen, course.gateway.trail(course.facts["client_id"]))
    assert [check for check in seen.checks if not check.holds] == []


def test_what_leaves_the_services_names_nobody(course: Course, running: Any) -> None:
    if running.stack is None:
        pytest.skip("not our platform: its logs and broker are not ours to read")
    layout = running.stack.layout
    said = {path.name: path.read_text(errors="replace") for path in layout.logs.glob("*.log")}
    said |= {f"{name} metrics": httpx.get(f"{layout.url(name)}/metrics").text for name in SERVICES}
    said["messages"] = asyncio.run(every_message(layout.broker_servers))
    assert len(said["messages"]) > 10_000
    words = forbidden(course)
    assert {place: found for place, text in said.items() if (found := [w for w in words if w in text])} == {}


def forbidden(course: Course) -> list[str]:
    """What is known of people: names, births, phones, member ids, texts of notes."""
    people = [course.facts["person"], *(plan.sample_client(n) for agency in plan.AGENCIES for n in agency.clients)]
    known = [(p.shown, p.last_name, p.born_on.isoformat(), p.phone, p.member_id) for p in people]
    return [*TEXTS, *(word for words in known for word in words)]


async def every_message(servers: str) -> str:
    """All keys, headers and values of all topics."""
    consumer = AIOKafkaConsumer(bootstrap_servers=servers, auto_offset_reset="earliest")
    await consumer.start()
    try:
        topics = [topic for topic in await consumer.topics() if not topic.startswith("__")]
        consumer.subscribe(topics)
        found: list[str] = []
        while records := await consumer.getmany(timeout_ms=1500):
            for record in (record for batch in records.values() for record in batch):
                found += [repr(record.key), repr(record.headers), (record.value or b"").decode()]
        return "\n".join(found)
    finally:
        await consumer.stop()


def test_no_list_is_empty(gateway: Gateway, course: Course) -> None:
    """For every list there is somebody in each agency who finds something in it."""
    document = httpx.get(f"{gateway.url}/openapi.json").raise_for_status().json()
    lists = [
        path
        for path, item in document["paths"].items()
        if "get" in item and path.startswith("/v1/") and not re.search(r"{|/sandbox/", path)
    ]
    assert len(lists) > 30
    assert [(a.slug, path) for a in plan.AGENCIES for path in lists if not somebody_finds(gateway, a.slug, path)] == []


def somebody_finds(gateway: Gateway, agency: str, path: str) -> bool:
    query: dict[str, Any] = {}
    if path in OF_ONE_CLIENT:
        clients = gateway.person(agency, "intake-coordinator").every("/v1/clients")
        query = {"client_id": clients[-1]["id"]}
    if path == "/v1/slots":
        query = {
            "from_on": j1.today_at(gateway).isoformat(),
            "until_on": (j1.today_at(gateway) + j1.A_WEEK).isoformat(),
        }
    return any(finds(gateway, agency, username, path, query) for username in PEOPLE)


def finds(gateway: Gateway, agency: str, username: str, path: str, query: dict[str, Any]) -> bool:
    try:
        found = gateway.person(agency, username).get(path, **query).body
    except Problem as problem:
        assert problem.status in (403, 404, 422), problem.line()
        return False
    return bool(found.get("items", True)) if isinstance(found, dict) else bool(found)


def test_the_documents_are_whole(gateway: Gateway) -> None:
    document = httpx.get(f"{gateway.url}/openapi.json").raise_for_status().json()
    operations = [op for item in document["paths"].values() for op in item.values() if isinstance(op, dict)]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names))
    assert [name for name in names if not re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", name)] == []
    assert json.dumps(document).count('"summary"') >= len(names)
    assert "swagger" in httpx.get(f"{gateway.url}/docs").raise_for_status().text.lower()


def test_the_logs_hold_no_failure(course: Course, running: Any) -> None:
    if running.stack is None:
        pytest.skip("not our platform: its logs are not ours to read")
    logs: Path = running.stack.layout.logs
    bad = [
        (path.name, line[:300])
        for path in logs.glob("*.log")
        if path.stem in (*SERVICES, PAYER)
        for line in path.read_text().splitlines()
        if '"level": "error"' in line or "Traceback" in line
    ]
    assert bad == []
