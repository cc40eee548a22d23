"""What is one agency's alone: every id and every text in its rows that no other agency has."""

import asyncio
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import asyncpg
from operations import UUID_FORM
from world import SERVICES, World

TABLES = """SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'agency_id'
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace ORDER BY 1"""
CODED = frozenset({"event_log", "outbox", "inbox", "aggregate_sequence", "idempotency", "timer"})
"""Tables of ids and codes only: their ids count, their codes are everybody's."""
DATED = re.compile(r"\d{4}-\d\d-\d\d(T.*)?|\d\d:\d\d(:\d\d)?.*")
SHORTEST = 7


async def tables_of(connection: Any) -> list[str]:
    return [row["relname"] for row in await connection.fetch(TABLES)]


class Belongings:
    """By agency id: ids, and texts."""

    def __init__(self) -> None:
        self.ids: dict[str, set[str]] = defaultdict(set)
        self.texts: dict[str, set[str]] = defaultdict(set)

    @classmethod
    async def of(cls, world: World) -> "Belongings":
        found = cls()
        for service in SERVICES:
            connection = await asyncpg.connect(world.dsn(service))
            for table in await tables_of(connection):
                for row in await connection.fetch(
                    f'SELECT agency_id::text AS agency, to_jsonb(x) AS row FROM "{table}" x'
                ):
                    found.take(row["agency"], json.loads(row["row"]), is_coded=table in CODED)
            await connection.close()
        found.keep_what_is_ones_own()
        words = words_of(world.gateway.http.get(f"{world.url}/openapi.json").json())
        found.texts = defaultdict(set, {agency: texts - words for agency, texts in found.texts.items()})
        return found

    def take(self, agency: str, row: Any, *, is_coded: bool) -> None:
        for name, text in leaves(row):
            self.ids[agency] |= set(UUID_FORM.findall(text))
            if not is_coded and is_telling(name, text):
                self.texts[agency].add(text)

    def keep_what_is_ones_own(self) -> None:
        for kind in (self.ids, self.texts):
            seen = Counter(value for values in kind.values() for value in values)
            for agency, values in kind.items():
                kind[agency] = {value for value in values if seen[value] == 1}

    def within(self, agency: str, answered: str, said: str) -> list[str]:
        """What of an agency's stands in an answer, and not in the question."""
        ids = [one for one in set(UUID_FORM.findall(answered)) if one in self.ids[agency] and one not in said]
        return ids + [
            one for one in self.texts[agency] if one in answered and one not in said and stands_in(one, answered)
        ]


def words_of(found: Any) -> set[str]:
    """The names of members and the codes of the contract: everybody's, though one agency's rows alone hold one just now."""
    if isinstance(found, dict):
        codes = {code for code in found.get("enum", ()) if isinstance(code, str)}
        return codes.union(found, *map(words_of, found.values()))
    return set().union(*map(words_of, found)) if isinstance(found, list) else set()


def stands_in(text: str, answered: str) -> bool:
    """As a whole: SAMPLE-2 is not in SAMPLE-201."""
    return bool(re.search(rf"(?<![\w-]){re.escape(text)}(?![\w-])", answered))


def leaves(found: Any, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(found, dict):
        for inner, value in found.items():
            yield from leaves(value, inner)
    elif isinstance(found, list):
        for value in found:
            yield from leaves(value, name)
    elif isinstance(found, str):
        yield name, found


def is_telling(name: str, text: str) -> bool:
    """A text that speaks of one agency: long enough, no id, no time, nothing that the database made of bytes."""
    if name == "date_of_birth":
        return True
    return len(text) >= SHORTEST and not (UUID_FORM.search(text) or DATED.fullmatch(text) or text.startswith("\\x"))


def belongings(world: World) -> Belongings:
    return asyncio.run(Belongings.of(world))
