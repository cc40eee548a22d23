"""Words entered through every text of every route: none of them where operators, neighbours or machines read."""

import asyncio
import re
from collections import Counter

import asyncpg
import httpx
import pytest
from canaries import Canaries
from scan import messages
from world import SERVICES, SLUGS

WORD = re.compile(r"Canary-\d{4}-Wren")
QUIET = (
    "event_log",
    "outbox",
    "parked",
    "audit",
    "timer",
    "inbox",
    "relationship",
    "aggregate_sequence",
    "idempotency",
)


@pytest.fixture(scope="module")
def sown(world, requests):
    """Every canary, sent; the answers."""
    found, answers = Canaries(requests.document), []

    async def send(client, request, token):
        headers = {**request.headers, "Authorization": f"Bearer {token}"}
        how = {"json": request.body} if request.body is not None else {}
        url = world.url + request.path
        answers.append(
            await client.request(request.operation.method, url, params=request.query, headers=headers, **how)
        )

    async def send_all():
        async with httpx.AsyncClient(
            timeout=httpx.Timeout(60, pool=None), limits=httpx.Limits(max_connections=8)
        ) as client:
            work = []
            for (_, slug), one in requests.found.items():
                caller = world.person(slug, one.username)
                token = caller.gateway.token(caller.holder, caller.fetch)
                work += [send(client, sent, token) for sent in found.of(one) if slug != SLUGS[2] or sent.body]
            await asyncio.gather(*work)

    asyncio.run(send_all())
    world.gateway.advance("PT1S")
    return found, answers


def test_at_least_two_hundred_went_in_through_every_route(sown, requests):
    canaries, answers = sown
    routes = {operation for operation, _ in canaries.sent.values()}
    kept = Counter(answer.status_code for answer in answers)
    print(f"\n{len(canaries.sent)} canaries through {len(routes)} operations; answers {dict(sorted(kept.items()))}")
    assert len(canaries.sent) >= 200
    assert len(routes) == len({operation.shown for operation in requests.operations})
    assert kept[200] + kept[201] > 40 and not any(status >= 500 for status in kept)


def test_the_scan_would_find_them_where_they_belong(sown, world):
    """The positive control: names of clients and of services stand where they were meant to."""

    async def look(service, table):
        connection = await asyncpg.connect(world.dsn(service))
        rows = await connection.fetch(f"SELECT to_jsonb(x)::text AS row FROM {table} x")
        await connection.close()
        return sum(len(WORD.findall(row["row"])) for row in rows)

    found = {table: asyncio.run(look(*table)) for table in (("intake", "inquiry"), ("referrals", "organization"))}
    assert all(found.values()), found


def test_no_refusal_and_no_address_repeats_one(sown):
    """But for the pointer to a member that we do not know: it says the name that the caller gave it."""
    canaries, answers = sown

    def repeated(text):
        return [word for word in WORD.findall(text) if canaries.sent[word][1] != "an unknown member"]

    loud = [a for a in answers if (a.status_code >= 400 and repeated(a.text)) or WORD.search(str(a.headers))]
    assert [(a.request.method, a.url.path, a.status_code, a.text[:300]) for a in loud] == []


def test_no_log_and_no_metric_holds_one(sown, world):
    logs = sorted((world.layout.state / "logs").glob("*.log"))
    found = [path.name for path in logs if WORD.search(path.read_text(errors="replace"))]
    for service in SERVICES:
        text = httpx.get(f"{world.layout.url(service)}/metrics").text
        found += [f"{service} metrics"] if WORD.search(text) else []
    print(f"\n{len(logs)} logs, {len(SERVICES)} services' metrics: {len(found)} hits")
    assert found == [] and len(logs) >= len(SERVICES)


def test_no_message_holds_one(sown, world):
    found = asyncio.run(messages(world.layout.broker_servers))
    hits = [one for one in found if WORD.search(one.decode(errors="replace"))]
    print(f"\n{len(found)} messages: {len(hits)} hits")
    assert len(found) > 300 and hits == []


@pytest.mark.parametrize("service", SERVICES)
def test_no_event_trail_timer_or_parked_row_holds_one(sown, world, service):
    async def look():
        connection = await asyncpg.connect(world.dsn(service))
        found = {
            table: await connection.fetchval(
                f"SELECT count(*) FROM {table} x WHERE to_jsonb(x)::text ~ 'Canary-[0-9]{{4}}'"
            )
            for table in QUIET
        }
        await connection.close()
        return {table: count for table, count in found.items() if count}

    assert asyncio.run(look()) == {}
