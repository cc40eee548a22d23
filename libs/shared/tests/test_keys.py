"""Sealing (T63): bound to its place, keys in versions, rotation under traffic, destruction that lasts; nothing plain on
disk."""

import asyncio
import os
from pathlib import Path

import pytest
import pytest_asyncio
from cryptography.exceptions import InvalidTag
from pydantic import SecretStr
from shared import keyring, keys
from shared.auth import Principal
from shared.clock import Clock
from shared.crypto import new_key
from shared.db import Database, uuid7
from shared.errors import Destroyed
from shared.keyring import Keeper
from shared.run import settings_of

PLACE = "loaf.note"


@pytest.fixture
def by(agency):
    return Principal.system("bakery", agency_id=agency)


async def sealed(database, by, owner, text="Sample Words", row=None):
    row = row or uuid7()
    async with database.transaction(by) as tx:
        return row, await tx.seal(owner, text, PLACE, row)


async def read(database, by, owner, row, found, place=PLACE):
    async with database.transaction(by) as tx:
        return await tx.unseal(owner, found.key_id, found.ciphertext, place, row)


async def test_what_is_sealed_opens_in_its_place(database, by):
    owner = uuid7()
    row, found = await sealed(database, by, owner)
    assert await read(database, by, owner, row, found) == "Sample Words"
    assert b"Sample" not in found.ciphertext


@pytest.mark.parametrize("moved", ["row", "column", "client", "agency"])
async def test_a_ciphertext_in_another_place_opens_nothing(moved, database, by, superuser):
    """Rows of one client, columns of one row, clients of one agency, agencies: also when its key goes with it."""
    owner, other = uuid7(), uuid7()
    row, found = await sealed(database, by, owner)
    elsewhere, _ = await sealed(database, by, other)
    if moved == "agency":
        by = Principal.system("bakery", agency_id=uuid7())
    if moved in ("client", "agency"):
        await superuser.execute("DELETE FROM data_key WHERE owner_id = $1", other)
        await superuser.execute("UPDATE data_key SET owner_id = $2, agency_id = $3 WHERE owner_id = $1", owner, other,
                                by.agency_id)  # fmt: skip
        if moved == "agency":
            await sealed(database, by, uuid7())
            await superuser.execute("UPDATE data_key k SET wrapped_by = a.key_id::text FROM data_key a WHERE k.owner_id = "
                "$1 AND a.agency_id = $2 AND a.owner_id = $2", other, by.agency_id)  # fmt: skip
    place = "loaf.other" if moved == "column" else PLACE
    owner = other if moved in ("client", "agency") else owner
    with pytest.raises(InvalidTag):
        await read(database, by, owner, elsewhere if moved == "row" else row, found, place)


async def test_two_clients_have_two_keys_and_each_row_names_its_own(database, by):
    (_, one), (_, other) = await sealed(database, by, uuid7()), await sealed(database, by, uuid7())
    assert one.key_id != other.key_id


@pytest_asyncio.fixture
async def keeper(service, platform_db):
    found = Keeper(settings_of(service), service)
    yield found
    await found.close()


async def test_a_rotated_agency_key_wraps_all_and_the_old_one_is_destroyed_in_a_day(
    database, by, agency, keeper, superuser
):
    owner = uuid7()
    row, found = await sealed(database, by, owner)
    before = await superuser.fetchval("SELECT wrapped_by FROM data_key WHERE owner_id = $1", owner)
    done = await keeper.rotate(agency)
    assert (done["agency keys renewed"], done["keys re-wrapped"], done["old agency keys destroyed"]) == (1, 1, 0)
    assert await superuser.fetchval("SELECT wrapped_by FROM data_key WHERE owner_id = $1", owner) != before
    assert await read(database, by, owner, row, found) == "Sample Words"
    await superuser.execute(
        "UPDATE data_key SET retired_at = retired_at - interval '26 hours' WHERE agency_id = $1", agency
    )
    assert (await keeper.rotate(agency))["old agency keys destroyed"] == 1
    assert await read(database, by, owner, row, found) == "Sample Words"


async def test_a_kept_answer_outlives_the_rotation_of_its_key(http, bearer, keeper, agency):
    headers = bearer("loaves:write") | {"Idempotency-Key": "once"}
    loaf = {"kind": "bread", "clinic_id": str(uuid7()), "client_id": str(uuid7())}
    first = await http.post("/v1/loaves", json=loaf, headers=headers)
    assert (await keeper.rotate(agency))["agency keys renewed"] == 1
    again = await http.post("/v1/loaves", json=loaf, headers=headers)
    assert (again.status_code, again.content) == (201, first.content) and again.headers["idempotent-replayed"]


async def test_a_client_of_a_new_version_reads_what_the_old_one_sealed(database, by, agency, keeper):
    owner = uuid7()
    row, old = await sealed(database, by, owner)
    await keeper.rotate_owner(agency, owner)
    row2, new = await sealed(database, by, owner, "More")
    assert old.key_id != new.key_id
    assert [await read(database, by, owner, row, old), await read(database, by, owner, row2, new)] == [
        "Sample Words",
        "More",
    ]


def with_masters(settings, current, *others):
    return settings.model_copy(
        update={"master_key": SecretStr(current), "other_master_keys": tuple(map(SecretStr, others))}
    )


async def test_rotation_under_traffic_fails_nobody(service, platform_db, by, agency, superuser):
    """Processes of the old and of the new configuration seal and read while agency and master keys are rotated."""
    import base64

    first, second = (base64.b64encode(new_key()).decode() for _ in range(2))
    settings = settings_of(service)
    old, new = with_masters(settings, first, second), with_masters(settings, second, first)
    databases = [Database(one, service, Clock()) for one in (old, new)]
    done, turns, kept = asyncio.Event(), [0], []

    async def work(database):
        while not done.is_set():
            owner = uuid7()
            row, found = await sealed(database, by, owner)
            for one in databases:
                assert await read(one, by, owner, row, found) == "Sample Words"
            kept.append((owner, row, found))
            turns[0] += 1

    working = [asyncio.create_task(work(database)) for database in databases * 3]
    keeper = Keeper(new, service)
    for _ in range(4):
        await asyncio.sleep(0.2)
        await keeper.rotate(agency)
        await keeper.rotate_master(agency)
    done.set()
    await asyncio.gather(*working)
    assert (await keeper.rotate_master(agency))["agency keys re-wrapped"] >= 0
    await keeper.close()
    only = Database(with_masters(settings, second), service, Clock())
    for owner, row, found in kept:
        assert await read(only, by, owner, row, found) == "Sample Words"
    assert turns[0] > 20
    for one in (*databases, only):
        await one.close()


# Destruction


async def test_what_was_sealed_under_a_destroyed_key_is_lost_and_no_new_key_is_made(database, by, agency, superuser):
    owner = uuid7()
    row, found = await sealed(database, by, owner)
    async with database.transaction(by) as tx:
        assert await keys.destroy(tx, owner) == 1
    with pytest.raises(Destroyed):
        await read(database, by, owner, row, found)
    with pytest.raises(Destroyed):
        await sealed(database, by, owner)
    left = await superuser.fetch("SELECT wrapped FROM data_key WHERE owner_id = $1", owner)
    assert [row["wrapped"] for row in left] == [None]


async def test_a_client_who_never_had_a_key_gets_none_afterwards(database, by):
    owner = uuid7()
    async with database.transaction(by) as tx:
        assert await keys.destroy(tx, owner) == 0
    with pytest.raises(Destroyed):
        await sealed(database, by, owner)


async def test_kept_answers_about_the_client_go_with_the_key(http, bearer, database, by, superuser, agency):
    client, headers = uuid7(), bearer("loaves:write") | {"Idempotency-Key": "gone"}
    loaf = {"kind": "bread", "clinic_id": str(uuid7()), "client_id": str(client)}
    assert (await http.post("/v1/loaves", json=loaf, headers=headers)).status_code == 201
    count = "SELECT count(*) FROM idempotency WHERE agency_id = $1"
    assert await superuser.fetchval(count, agency) == 1
    async with database.transaction(by) as tx:
        await keys.destroy(tx, client)
    assert await superuser.fetchval(count, agency) == 0


async def test_an_operator_destroys_nothing_under_a_hold(database, by, agency, keeper, superuser):
    owner = uuid7()
    row, found = await sealed(database, by, owner)
    hold = uuid7()
    for held in (owner, None):
        await superuser.execute("INSERT INTO hold VALUES ($1, $2, $3, now()) ON CONFLICT (agency_id, id) DO UPDATE "
                                "SET owner_id = excluded.owner_id", agency, hold, held)  # fmt: skip
        with pytest.raises(keyring.OnHold):
            await keeper.destroy(agency, owner)
    await superuser.execute("UPDATE hold SET released_at = now() WHERE agency_id = $1", agency)
    assert (await keeper.destroy(agency, owner))["keys destroyed"] == 1
    with pytest.raises(Destroyed):
        await read(database, by, owner, row, found)


async def test_the_relay_sees_no_key(service, platform_db):
    import asyncpg

    connection = await asyncpg.connect(settings_of(service).dsn("relay"))
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.fetch("SELECT wrapped FROM data_key")
    await connection.close()


# What a copy of the disk holds


async def test_the_files_of_the_database_hold_neither_words_nor_keys(database, by, superuser, monkeypatch):
    """Heap, indexes and WAL after a checkpoint, byte by byte. The row's id is found: so the search finds what is there."""
    made = []

    def watched():
        made.append(new_key())
        return made[-1]

    monkeypatch.setattr(keys, "new_key", watched)
    owner, canary = uuid7(), f"canary-{uuid7().hex}"
    async with database.transaction(by) as tx:
        tx.audit(f"loaf.{canary[-8:]}", subject=owner, by=by)
        found = await tx.seal(owner, canary, PLACE, owner)
        await superuser.execute("DROP TABLE IF EXISTS sealed_note; CREATE TABLE sealed_note (sealed bytea)")
        await superuser.execute("INSERT INTO sealed_note VALUES ($1)", found.ciphertext)
    await superuser.execute("CHECKPOINT")
    folder = Path(await superuser.fetchval("SHOW data_directory"))
    files = files_in(folder)
    if not os.access(folder, os.R_OK):
        pytest.skip("The database's files are on another machine.")
    assert hits(files, f"loaf.{canary[-8:]}".encode()) and hits(files, found.ciphertext)
    assert hits(files, canary.encode()) == [] and len(made) == 2
    assert [key for key in made if hits(files, key)] == []
    await superuser.execute("DROP TABLE sealed_note")


def files_in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def hits(files, needle):
    return [path for path in files if needle in path.read_bytes()]
