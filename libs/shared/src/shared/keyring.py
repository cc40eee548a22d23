"""What an operator does to a service's data keys: `SERVICE=intake python -m shared.run data-keys rotate|destroy`.

All is done while the service runs: what is re-wrapped opens before and after. 0 done, 1 not done, 2 wrongly asked.
"""

import asyncio
import json
import sys
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import asyncpg
from cryptography.exceptions import InvalidTag

from shared import keys
from shared.auth import Principal
from shared.clock import Clock
from shared.db import Database, Transaction
from shared.errors import AppError, NotFound, Refused
from shared.sealer import ADD_KEY, KEYS
from shared.seals import Signer
from shared.settings import ServiceSettings

AGENCIES = "SELECT DISTINCT agency_id FROM data_key ORDER BY agency_id"
UNDER_OTHERS = """SELECT count(*) FROM data_key
WHERE owner_id = agency_id AND destroyed_at IS NULL AND wrapped_by <> $1"""
HELD = """SELECT EXISTS (SELECT FROM hold WHERE agency_id = $1 AND released_at IS NULL
AND (owner_id IS NULL OR owner_id = $2))"""
OPERATOR = "operator"
Step = Callable[[Transaction], Awaitable[int]]


class OnHold(Refused):
    code, title = "legal-hold", "A legal hold stands: nothing of this is destroyed"


class Keeper:
    """One service's keys as an operator works on them: one transaction per agency and step."""

    def __init__(self, settings: ServiceSettings, service: str) -> None:
        self.settings, self.service = settings, service
        self.database = Database(settings, service, Clock(), size=2)
        self.relay = Database(settings, service, Clock(), "relay", 1)
        self.auditor = Database(settings, service, Clock(), "auditor", 1)

    async def close(self) -> None:
        for one in (self.database, self.relay, self.auditor):
            await one.close()

    async def agencies(self, only: UUID | None) -> list[UUID]:
        return [row[0] for row in await self.relay.look(AGENCIES) if only in (None, row[0])]

    async def within(self, agency: UUID, step: Step) -> int:
        by = Principal.system(self.service, agency_id=agency, caused_by=OPERATOR)
        async with self.database.transaction(by, request_id="data-keys") as tx:
            return await step(tx)

    async def rotate(self, only: UUID | None) -> Counter[str]:
        """A new key for each agency, its owners' keys under it; versions that wrap nothing any more are destroyed."""
        done: Counter[str] = Counter()
        for agency in await self.agencies(only):
            done["agency keys renewed"] += await self.within(agency, renew)
            while count := await self.within(agency, keys.rewrap):
                done["keys re-wrapped"] += count
            done["old agency keys destroyed"] += await self.within(agency, keys.forget_retired)
        return done

    async def rotate_master(self, only: UUID | None) -> Counter[str]:
        """Everything that another master key wraps under the present one: agencies' keys, and those that sign seals."""
        done: Counter[str] = Counter()
        for agency in await self.agencies(only):
            done["agency keys re-wrapped"] += await self.within(agency, keys.rewrap_agency)
        done["seal keys re-wrapped"] = await self.rewrap_signers()
        ((done["agency keys under another master key"],),) = await self.relay.look(
            UNDER_OTHERS, self.settings.masters().name
        )
        return done

    async def rewrap_signers(self) -> int:
        masters, rows = self.settings.masters(), await self.auditor.look(KEYS)
        there, count = {(row["key_id"], row["master"]) for row in rows}, 0
        for key_id, _, sealed in rows:
            if (key_id, masters.name) not in there and (signer := opened(key_id, sealed, self.settings)):
                await self.auditor.look(ADD_KEY, key_id, masters.name, signer.closed(masters))
                there.add((key_id, masters.name))
                count += 1
        return count

    async def rotate_owner(self, agency: UUID, owner: UUID) -> Counter[str]:
        if not await self.within(agency, lambda tx: renewed(tx, owner)):
            raise NotFound("That owner has no key here.")
        return Counter({"keys renewed": 1})

    async def destroy(self, agency: UUID, owner: UUID) -> Counter[str]:
        return Counter({"keys destroyed": await self.within(agency, lambda tx: destroyed(tx, owner))})


def opened(key_id: str, sealed: bytes, settings: ServiceSettings) -> Signer | None:
    try:
        return Signer.opened(key_id, sealed, settings.masters())
    except InvalidTag:
        return None


async def renew(tx: Transaction) -> int:
    tx.audit("data_key.rotate", by=tx.by)
    return await keys.renew(tx, tx.agency_id)


async def renewed(tx: Transaction, owner: UUID) -> int:
    tx.audit("data_key.rotate", subject=owner, by=tx.by)
    return await keys.renew(tx, owner)


async def destroyed(tx: Transaction, owner: UUID) -> int:
    """For a copy that was restored from before a destruction: the decision was taken and told long ago."""
    if await tx._driver.fetchval(HELD, tx.agency_id, owner):
        raise OnHold()
    tx.audit("data_key.destroy", subject=owner, by=tx.by)
    return await keys.destroy(tx, owner)


# the entry


def parser(prog: str) -> ArgumentParser:
    top = ArgumentParser(prog=prog, description="Rotate and destroy the keys under which records are sealed.")
    verbs = top.add_subparsers(dest="verb", required=True, metavar="rotate|destroy")
    rotate = verbs.add_parser("rotate", help="new agency keys; with --master, everything under the present master key")
    rotate.add_argument("--agency", type=UUID, help="one agency (all)")
    which = rotate.add_mutually_exclusive_group()
    which.add_argument("--master", action="store_true", help="TRELLIS_MASTER_KEY is new; the old one in TRELLIS_OTHER…")
    which.add_argument("--client", type=UUID, help="one client's own key (with --agency)")
    destroy = verbs.add_parser("destroy", help="again, in a database restored from before: never under a legal hold")
    destroy.add_argument("--agency", type=UUID, required=True)
    destroy.add_argument("--client", type=UUID, required=True)
    destroy.add_argument("--yes", action="store_true", help="nobody will read it again: say so")
    for verb in (rotate, destroy):
        verb.add_argument("--json", action="store_true", help="for scripts")
    return top


def main(service: str, settings: ServiceSettings, words: Sequence[str]) -> int:
    asked = parser("python -m shared.run data-keys").parse_args(words)
    if asked.verb == "destroy" and not asked.yes:
        return complain(f"Nobody would ever read what {asked.client} said again: say --yes if that is meant.")
    if getattr(asked, "client", None) and not asked.agency:
        return complain("Say --agency ID beside --client ID.")
    try:
        done = asyncio.run(answered(service, settings, asked))
    except AppError as error:
        return complain(f"{service}: {error.detail}")
    except (OSError, asyncpg.PostgresConnectionError) as error:
        return complain(f"{service}'s database cannot be reached ({type(error).__name__}): is it up?")
    told = ", ".join(f"{count} {what}" for what, count in done.items()) or "nothing to do"
    print(json.dumps({"service": service, **done}) if asked.json else f"{service}: {told}.")
    return 0


async def answered(service: str, settings: ServiceSettings, asked: Namespace) -> Counter[str]:
    keeper = Keeper(settings, service)
    try:
        return await deed(keeper, asked)
    finally:
        await keeper.close()


def deed(keeper: Keeper, asked: Namespace) -> Awaitable[Counter[str]]:
    if asked.verb == "destroy":
        return keeper.destroy(asked.agency, asked.client)
    if asked.client:
        return keeper.rotate_owner(asked.agency, asked.client)
    return keeper.rotate_master(asked.agency) if asked.master else keeper.rotate(asked.agency)


def complain(line: str) -> int:
    print(line, file=sys.stderr)
    return 1
