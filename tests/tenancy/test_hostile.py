"""Every route, asked by its rightful owner for what nobody may have: a 4xx, soon, and nothing changed."""

import asyncio
import json
import time
from collections import Counter

import asyncpg
import pytest
from hostile import FORBIDDEN, QUERIES, bodies, fresh, widened
from operations import UUID_FORM
from world import SERVICES, SLUGS

OWNER = SLUGS[0]
SLOWEST = 10.0
FREE = {"domains", "content", "summary", "auth_required", "answers"}
"""Members that are maps by name: what they may hold is the rules', and is tried in the services' own tests."""

DECLARED = ("objectives/0/id", "recipients/0/id")
"""An objective keeps its id from one edition of a plan to the next; a consent names its recipient by id or by kind."""


@pytest.fixture
def asked(requests):
    """The first agency's requests that carry a body."""
    return [one for (_, slug), one in requests.found.items() if slug == OWNER and one.body is not None]


class Tally:
    def __init__(self):
        self.statuses, self.wrong, self.slowest = Counter(), [], 0.0

    def show(self, what):
        print(f"\n{what}: {sum(self.statuses.values())} requests, {dict(sorted(self.statuses.items()))}, "
              f"slowest {self.slowest * 1000:.0f} ms")  # fmt: skip


async def raw(crawler, tally, request, *, data=None, query=None, path=None):
    """One request with bytes of ours; what breaks or hangs is noted."""
    token = crawler.tokens[request.agency, request.username]
    headers = {**fresh(request), "Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    started = time.perf_counter()
    url = crawler.world.url + (path or request.path)
    how = {"headers": headers, "params": query or request.query, "data": data}
    async with crawler.session.request(request.operation.method, url, **how) as answer:
        text = await answer.text()
    spent = time.perf_counter() - started
    tally.slowest = max(tally.slowest, spent)
    tally.statuses[answer.status] += 1
    if answer.status >= 500 or spent > SLOWEST or "Traceback" in text or "syntax" in text:
        tally.wrong.append(
            f"{request.operation.shown} {answer.status} {spent:.1f} s {str(data or query)[:120]} {text[:160]}"
        )
    return answer.status, text


def test_odd_bodies_are_refused_and_never_break_anything(crawler, asked):
    tally = Tally()
    work = [raw(crawler, tally, one, data=body) for one in asked for body in bodies(one)]
    asyncio.run(crawler.run(work))
    tally.show(f"odd bodies at {len(asked)} operations")
    assert tally.wrong == []
    assert len(asked) > 60 and sum(tally.statuses.values()) > 1500


def test_injected_text_in_addresses_filters_and_cursors_changes_nothing(crawler, requests):
    tally = Tally()
    reads = [one for (_, slug), one in requests.found.items() if slug == OWNER and one.operation.method == "GET"]
    named = [(one, p["name"]) for one in reads for p in parameters(requests, one)]
    work = [raw(crawler, tally, one, query={**one.query, name: text}) for one, name in named for text in QUERIES]
    work += [raw(crawler, tally, one, query={"sort": "agency_id", "q": "x"}) for one in reads]
    work += [raw(crawler, tally, one, path=UUID_FORM.sub(bad, one.path)) for one in reads for bad in ("%27%20OR%201=1", "..%2f..", "%00", "x" * 300)
             if UUID_FORM.search(one.path)]  # fmt: skip
    asyncio.run(crawler.run(work))
    tally.show(f"injected text at {len(reads)} reads")
    assert tally.wrong == []
    assert sum(tally.statuses.values()) > 800


def parameters(requests, one):
    return [
        p for p in requests.document["paths"][one.operation.path]["get"].get("parameters", []) if p["in"] == "query"
    ]


def test_a_filter_that_is_not_documented_is_400_on_every_list(crawler, requests):
    """No sort, no search, no filter by a field that the list does not name: nothing to ask bit by bit."""
    reads = [one for (_, slug), one in requests.found.items() if slug == OWNER and one.operation.method == "GET"]
    seen = Tally()
    hidden = ("sort", "order_by", "fields", "include", "filter", "_has", "legal_last_name", "date_of_birth", "version")

    async def try_one(one, name):
        status, _ = await raw(crawler, seen, one, query={**one.query, name: "x"})
        if status != 400:
            seen.wrong.append(f"{one.operation.shown}?{name}=: {status}")

    asyncio.run(crawler.run([try_one(one, name) for one in reads for name in hidden]))
    seen.show(f"hidden filters at {len(reads)} reads")
    assert seen.wrong == []


def test_members_that_nobody_may_set_are_refused_by_name(crawler, asked):
    """Mass assignment: the owner's own good body with one member more."""
    tally, taken = Tally(), []

    async def try_one(where, one):
        status, text = await raw(crawler, tally, one, data=json.dumps(one.body).encode())
        if status != 422 and not FREE & set(where.split("/")) and not where.endswith(DECLARED):
            taken.append(f"{one.operation.shown} {where}: {status} {text[:100]}")

    read = [one for one in asked if one.operation.body is not None]
    work = [try_one(where, one) for request in read for where, one in widened(request)]
    asyncio.run(crawler.run(work))
    tally.show(f"{len(FORBIDDEN)} members more at {len(read)} operations, nested ones too")
    assert tally.wrong == []
    assert taken == []
    assert sum(tally.statuses.values()) > 600


def test_no_hostile_request_left_a_row_with_another_agency(world, crawler):
    """Whoever asked, and whatever: the trail of each agency names its own people only."""

    async def strangers(service):
        connection = await asyncpg.connect(world.dsn(service))
        people = {slug: [*world.sown[slug].users.values()] for slug in SLUGS}
        found = 0
        for slug, ids in people.items():
            others = [one for other, theirs in people.items() if other != slug for one in theirs]
            found += await connection.fetchval(
                "SELECT count(*) FROM audit WHERE agency_id = $1 AND actor_id = ANY ($2::uuid[])",
                world.agency_id(slug),
                others,
            )
            found += await connection.fetchval(
                "SELECT count(*) FROM event_log WHERE agency_id = $1 AND actor = ANY ($2)",
                world.agency_id(slug),
                others,
            )
            assert ids
        await connection.close()
        return found

    assert {service: asyncio.run(strangers(service)) for service in SERVICES} == dict.fromkeys(SERVICES, 0)
