"""Text in an address stays a value: whatever a filter, a search or a cursor says, PostgreSQL is sent no new statement."""

import asyncio
from collections import Counter

import asyncpg
from statements import ATTEMPTS, CURSORS, asked_with, good, parameters, shapes
from world import SLUGS

OWNER = SLUGS[0]


def reads_with_parameters(requests):
    """The owner's requests of every read that takes something in its query, with each parameter and its schema."""
    reads = [one for (_, slug), one in requests.found.items() if slug == OWNER and one.operation.method == "GET"]
    asked = [(one, parameters(requests.document, one.operation)) for one in reads]
    return [(one, name, schema) for one, known in asked for name, schema in known.items()]


def send(crawler, work):
    """Statuses of all of it; each request is the read's own with one parameter changed."""
    seen, broken = Counter(), []

    async def ask(one, query):
        headers = {"Authorization": f"Bearer {crawler.tokens[one.agency, one.username]}"}
        async with crawler.session.get(crawler.world.url + one.path, params=query, headers=headers) as answer:
            text = await answer.text()
        seen[answer.status] += 1
        if answer.status >= 500 or "syntax" in text:
            broken.append(f"{one.operation.shown} {query} {answer.status} {text[:160]}")

    asyncio.run(crawler.run([ask(one, query) for one, query in work]))
    return seen, broken


def test_no_filter_search_or_cursor_makes_a_statement_of_its_own(world, requests, crawler):
    named = reads_with_parameters(requests)
    calm = [(one, query) for one, name, schema in named for query in asked_with(one, name, good(name, schema, one))]
    hostile = [
        (one, query)
        for one, name, _ in named
        for query in asked_with(one, name, ATTEMPTS if name != "cursor" else (*CURSORS, *ATTEMPTS[:6]))
    ]
    send(crawler, calm)
    before = asyncio.run(shapes(world))
    seen, broken = send(crawler, hostile)
    new = {number: text for number, text in asyncio.run(shapes(world)).items() if number not in before}
    lists = {one.operation for one, _, _ in named}
    print(f"\n{len(hostile)} hostile values in {len(named)} parameters of {len(lists)} reads: {dict(sorted(seen.items()))}; "
          f"shapes of statement before {len(before)}, new {len(new)}")  # fmt: skip
    assert broken == []
    assert list(new.values()) == []
    assert len(hostile) > 2000 and len(lists) > 40 and len(before) > 200 and seen[200] and seen[422]


def test_a_statement_with_text_in_it_would_be_seen(world):
    """The control of the measure: what a filter glued into a statement would leave behind."""

    async def glued():
        before = await shapes(world)
        connection = await asyncpg.connect(world.dsn("intake", "app"))
        for text in ("a", "a' OR '1'='1"):
            await connection.fetch(f"SELECT 1 FROM client WHERE legal_last_name = '{text}'")
        await connection.close()
        return [text for number, text in (await shapes(world)).items() if number not in before]

    new = asyncio.run(glued())
    assert len(new) == 2 and any(" OR " in text for text in new)
