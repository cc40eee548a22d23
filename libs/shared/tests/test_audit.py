"""The audit as evidence: every kind of tampering that a superuser can do is found, and its first row is named (T62)."""

import asyncio
import random
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
import pytest_asyncio
from shared import audit, heads, months
from shared.auth import Principal
from shared.crypto import MasterKeys, new_key
from shared.db import uuid7
from shared.run import settings_of
from shared.sealer import IN_UTC, Sealer
from shared.seals import Seal, Signer, head_of, leaf_of, root_of

TEN = 10
SAID = "SELECT jsonb_strip_nulls(to_jsonb(a))::text FROM audit a WHERE id = ANY ($1) ORDER BY id"
INSERT = """INSERT INTO audit (agency_id, actor_id, actor_client, roles, action, client_id, resource_id, purpose, outcome,
  code, consent_id, request_id, on_behalf_of, caused_by, grant_id)
SELECT $1, $2, 'app', '{therapist}', 'loaf.read', $3, gen_random_uuid(), 'TREAT', 'success', 'ok', gen_random_uuid(),
  'r-' || n, gen_random_uuid(), 'c', gen_random_uuid() FROM generate_series(1, $4::int) n"""


@pytest.fixture
def settings(service, platform_db, tmp_path):
    return settings_of(service).model_copy(update={"audit_heads": tmp_path / "heads", "archive": tmp_path / "archive"})


@pytest_asyncio.fixture
async def auditor(settings):
    found = await asyncpg.connect(settings.dsn("auditor"), server_settings=IN_UTC)
    yield found
    await found.close()


@pytest_asyncio.fixture
async def empty(superuser):
    """No rows of other tests: what they left is not under this test's heads."""
    await superuser.execute("TRUNCATE audit, audit_seal, seal_key")


@pytest_asyncio.fixture
async def sealer(settings, service, auditor, empty):
    found = Sealer(settings, service)
    await found.take_office(auditor)
    return found


async def write(database, agency, count=TEN):
    by = Principal.system("bakery", agency_id=agency)
    async with database.transaction(by, request_id="r") as tx:
        for number in range(count):
            tx.audit("loaf.read", subject=uuid7(), resource=uuid7(), by=by, consent_id=uuid7(), code=f"c{number}")


@pytest_asyncio.fixture
async def sealed(database, superuser, sealer, auditor, agency):
    """Two agencies, three rounds: rows of full width. The rows' ids of each agency, in order."""
    other = uuid7()
    for _ in range(3):
        for one in (agency, other):
            await superuser.execute(INSERT, one, uuid7(), uuid7(), TEN)
        assert await sealer.round(auditor) == 2 * TEN
    return {one: await ids_of(superuser, one) for one in (agency, other)}


async def ids_of(superuser, agency):
    return [row[0] for row in await superuser.fetch("SELECT id FROM audit WHERE agency_id = $1 ORDER BY id", agency)]


async def verify(auditor, service, settings, agency=None):
    return await audit.verify(auditor, service, settings.masters(), settings.audit_heads, settings.archive, agency)


async def test_sealed_rows_verify_and_the_exposure_is_told(
    auditor, service, settings, sealed, database, agency, superuser
):
    await write(database, agency, 4)
    report = await verify(auditor, service, settings)
    assert report.is_intact and (report.rows, report.seals, report.unsealed) == (64, 6, 4)
    assert 0 < report.unsealed_age < 60 and report.outside == 6
    assert "rows/s" in next(iter(audit.lines(service, report)))


COLUMNS = {
    "at": "at + interval '1 microsecond'",
    "actor_id": "gen_random_uuid()",
    "actor_client": "'other'",
    "roles": "'{therapist,auditor}'",
    "action": "'loaf.list'",
    "client_id": "gen_random_uuid()",
    "resource_id": "NULL",
    "purpose": "'HPAYMT'",
    "outcome": "'refused'",
    "code": "NULL",
    "consent_id": "NULL",
    "request_id": "'r'",
    "on_behalf_of": "NULL",
    "caused_by": "NULL",
    "grant_id": "NULL",
}


@pytest.mark.parametrize("column", COLUMNS)
async def test_an_edited_column_is_found(column, auditor, service, settings, sealed, agency, superuser):
    row = sealed[agency][13]
    await superuser.execute(f"UPDATE audit SET {column} = {COLUMNS[column]} WHERE id = $1", row)
    report = await verify(auditor, service, settings)
    assert named(report, agency) == ("changed", row) and len(report.findings) == 1


async def test_every_column_is_edited_above(superuser, settings):
    """A column that is added to the audit gets its line: the list is the table's."""
    rows = await superuser.fetch("SELECT attname FROM pg_attribute WHERE attrelid = 'audit'::regclass AND attnum > 0")
    assert {row[0] for row in rows} - {"id", "agency_id"} == set(COLUMNS)


@pytest.mark.parametrize("place", [0, 1, 14, 29])
async def test_a_deleted_row_is_found(place, auditor, service, settings, sealed, agency, superuser):
    row = sealed[agency][place]
    await superuser.execute("DELETE FROM audit WHERE id = $1", row)
    assert named(await verify(auditor, service, settings), agency) == ("deleted", row)


async def test_of_many_the_first_is_named(auditor, service, settings, sealed, agency, superuser):
    rows = sealed[agency]
    await superuser.execute("UPDATE audit SET code = 'x' WHERE id = ANY ($1)", [rows[21], rows[8]])
    await superuser.execute("DELETE FROM audit WHERE id = ANY ($1)", [rows[5], rows[6]])
    report = await verify(auditor, service, settings)
    assert named(report, agency) == ("deleted", rows[5]) and report.bad == 4


@pytest.mark.parametrize(("one", "other"), [(2, 3), (1, 8)])
async def test_two_swapped_rows_are_found(one, other, auditor, service, settings, sealed, agency, superuser):
    first, second = sealed[agency][one], sealed[agency][other]
    await renumber(superuser, {first: second, second: first})
    assert named(await verify(auditor, service, settings), agency) == ("swapped", first)


async def test_reordered_rows_are_found(auditor, service, settings, sealed, agency, superuser):
    rows = sealed[agency][10:16]
    await renumber(superuser, dict(zip(rows, [*rows[1:], rows[0]], strict=True)))
    assert named(await verify(auditor, service, settings), agency) == ("swapped", rows[0])


async def renumber(superuser, places):
    for old in places:
        await superuser.execute(f"CREATE TEMP TABLE moved_{old} AS SELECT * FROM audit WHERE id = {old}")
    await superuser.execute("DELETE FROM audit WHERE id = ANY ($1)", list(places))
    for old, new in places.items():
        await superuser.execute(f"UPDATE moved_{old} SET id = {new}")
        await superuser.execute(f"INSERT INTO audit OVERRIDING SYSTEM VALUE SELECT * FROM moved_{old}")
        await superuser.execute(f"DROP TABLE moved_{old}")


@pytest.mark.parametrize("place", [-1, 0, 4])
async def test_an_inserted_row_is_found(place, auditor, service, settings, sealed, agency, superuser):
    """Before the first, or beside one that has the same id: ids are unique within a month's time only."""
    row = sealed[agency][4]
    await superuser.execute("CREATE TEMP TABLE one AS SELECT * FROM audit WHERE id = $1", row)
    row = sealed[agency][place] if place >= 0 else 0
    await superuser.execute("UPDATE one SET id = $1, at = at + interval '1 second'", row)
    await superuser.execute("INSERT INTO audit OVERRIDING SYSTEM VALUE SELECT * FROM one")
    await superuser.execute("DROP TABLE one")
    assert named(await verify(auditor, service, settings), agency)[1] == row


async def test_a_row_moved_to_another_agency_is_found_in_both(auditor, service, settings, sealed, agency, superuser):
    row, other = sealed[agency][7], next(one for one in sealed if one != agency)
    await superuser.execute("UPDATE audit SET agency_id = $1 WHERE id = $2", other, row)
    report = await verify(auditor, service, settings)
    assert named(report, agency) == ("moved", row) and named(report, other) == ("inserted", row)


async def test_a_cut_tail_is_found_by_the_heads_outside(auditor, service, settings, sealed, agency, superuser):
    """Rows and their seals gone: inside the database nothing is missing."""
    first = sealed[agency][20]
    await superuser.execute("DELETE FROM audit_seal WHERE number = 3")
    await superuser.execute("DELETE FROM audit WHERE id >= $1", first)
    assert named(await verify(auditor, service, settings), agency) == ("cut", first)
    alone = await audit.verify(auditor, service, settings.masters(), None, None, None)
    assert alone.is_intact and alone.outside is None


@pytest.mark.parametrize("number", [1, 2, 3])
async def test_a_deleted_seal_is_found(number, auditor, service, settings, sealed, agency, superuser):
    await superuser.execute("DELETE FROM audit_seal WHERE agency_id = $1 AND number = $2", agency, number)
    kind, row = named(await verify(auditor, service, settings), agency)
    assert kind in ("seal-deleted", "cut") and row == sealed[agency][(number - 1) * TEN]


async def test_all_seals_deleted_are_found(auditor, service, settings, sealed, agency, superuser):
    await superuser.execute("DELETE FROM audit_seal")
    assert named(await verify(auditor, service, settings), agency) == ("cut", sealed[agency][0])


async def test_a_chain_rewritten_with_right_hashes_is_found(auditor, service, settings, sealed, agency, superuser):
    """Everything that can be computed is computed anew; the signature cannot be."""
    row = await rewrite(auditor, superuser, agency, sealed, Signer.new())
    alone = await audit.verify(auditor, service, settings.masters(), None, None, None)
    assert named(alone, agency) == ("forged", sealed[agency][10])
    assert named(await verify(auditor, service, settings), agency)[1] == sealed[agency][10] <= row


async def test_a_forged_key_beside_the_rewritten_chain_is_found(auditor, service, settings, sealed, agency, superuser):
    forger = Signer.new()
    await rewrite(auditor, superuser, agency, sealed, forger)
    await superuser.execute("INSERT INTO seal_key VALUES ($1, 'forged', $2)", forger.key_id,
                            forger.closed(MasterKeys(new_key())))  # fmt: skip
    alone = await audit.verify(auditor, service, settings.masters(), None, None, None)
    assert named(alone, agency) == ("forged", sealed[agency][10])


async def test_who_holds_the_key_is_found_by_the_heads_outside(auditor, sealer, service, settings, sealed, agency,
                                                               superuser):  # fmt: skip
    await rewrite(auditor, superuser, agency, sealed, sealer.signer)
    alone = await audit.verify(auditor, service, settings.masters(), None, None, None)
    assert alone.is_intact
    assert named(await verify(auditor, service, settings), agency) == ("rewritten", sealed[agency][10])


async def rewrite(auditor, superuser, agency, sealed, signer):
    """Change a row of the second round, and make every seal from there on anew."""
    row = sealed[agency][13]
    await superuser.execute("UPDATE audit SET outcome = 'refused' WHERE id = $1", row)
    found = await auditor.fetch("SELECT * FROM audit_seal WHERE agency_id = $1 ORDER BY number", agency)
    previous = found[0]["head"]
    for seal in (Seal(**one) for one in found[1:]):
        rows = await auditor.fetch(SAID, seal.ids)
        leaves = [leaf_of(said) for (said,) in rows]
        root = root_of(leaves)
        head = head_of(agency, seal.number, seal.after_id, seal.until_id, seal.ids, root, previous, seal.at)
        await superuser.execute("UPDATE audit_seal SET leaves = $3, root = $4, previous = $5, head = $6, key_id = $7, "
            "signature = $8 WHERE agency_id = $1 AND number = $2", agency, seal.number, b"".join(leaves), root, previous,
            head, signer.key_id, signer.sign(head))  # fmt: skip
        previous = head
    return row


@pytest.mark.parametrize("column", ["ids", "leaves", "root", "head", "signature", "until_id", "at", "previous"])
async def test_a_changed_seal_is_found(column, auditor, service, settings, sealed, agency, superuser):
    change = {"ids": "ids[1:9] || ids[10] + 1", "until_id": "until_id + 1", "at": "at + interval '1 s'"}.get(
        column, f"set_byte({column}, 3, (get_byte({column}, 3) + 1) % 256)"
    )
    await superuser.execute(f"UPDATE audit_seal SET {column} = {change} WHERE agency_id = $1 AND number = 2", agency)
    kind, row = named(await verify(auditor, service, settings), agency)
    assert kind in ("seal-changed", "forged", "rewritten") and row in (sealed[agency][10], sealed[agency][20])
    assert row == sealed[agency][10] or column in ("until_id", "head")


async def test_heads_that_are_gone_outside_are_told(auditor, service, settings, sealed, agency, superuser):
    (path,) = heads.files(settings.audit_heads, service)
    path.write_text("\n".join(path.read_text().splitlines()[:-2]) + "\n")
    later = audit.JUST_NOW + timedelta(seconds=1)
    await superuser.execute("UPDATE audit_seal SET at = at - $1::interval", later)
    report = await verify(auditor, service, settings)
    assert report.findings


async def test_a_predecessor_that_died_before_he_wrote_outside_is_made_good(auditor, service, settings, sealed):
    (path,) = heads.files(settings.audit_heads, service)
    whole = path.read_text()
    path.write_text("\n".join(whole.splitlines()[:-1]) + "\n")
    await Sealer(settings, service).take_office(auditor)
    assert sorted(path.read_text().splitlines()) == sorted(whole.splitlines())
    assert (await verify(auditor, service, settings)).is_intact


def named(report, agency):
    found = report.findings.get(agency)
    return (found.kind, found.row) if found else None


# No row is passed over


async def test_a_row_whose_transaction_commits_late_is_not_passed_over(database, auditor, sealer, service, settings,
                                                                       agency, superuser):  # fmt: skip
    by = Principal.system("bakery", agency_id=agency)
    async with database.opened(by, request_id="slow") as slow:
        slow.audit("loaf.slow", by=by)
        await slow.flush()
        await write(database, agency)
        assert await sealer.round(auditor) == 0
        await slow.commit()
    assert await sealer.round(auditor) == TEN + 1
    assert (await verify(auditor, service, settings)).is_intact


async def test_no_row_is_passed_over_in_a_storm(database, auditor, sealer, service, settings, agency, superuser):
    """Many transactions that wait at will between their row and their end, a part undone; the sealer never rests."""
    dice, done = random.Random(7), asyncio.Event()
    by = Principal.system("bakery", agency_id=agency)

    async def writes():
        for _ in range(40):
            async with database.opened(by, request_id="storm") as tx:
                tx.audit("loaf.storm", resource=uuid7(), by=by)
                await tx.flush()
                await asyncio.sleep(dice.random() * 0.01)
                await (tx.commit() if dice.random() < 0.8 else tx.rollback())

    async def seals():
        while not done.is_set():
            await sealer.round(auditor)

    sealing = asyncio.create_task(seals())
    await asyncio.gather(*(writes() for _ in range(6)))
    done.set()
    await sealing
    await sealer.round(auditor)
    await sealer.round(auditor)
    report = await verify(auditor, service, settings)
    assert report.is_intact and report.unsealed == 0 and report.seals > 10
    in_seals = [row[0] for row in await superuser.fetch("SELECT unnest(ids) FROM audit_seal ORDER BY 1")]
    assert in_seals == await ids_of(superuser, agency)


# Who may what


@pytest.mark.parametrize("role", ["app", "relay", "auditor"])
@pytest.mark.parametrize("table", ["audit", "audit_seal", "seal_key"])
@pytest.mark.parametrize("deed", ["UPDATE {} SET agency_id = agency_id", "DELETE FROM {}", "TRUNCATE {}"])
async def test_no_role_changes_what_was_written(role, table, deed, settings, sealed):
    if table == "seal_key":
        deed = deed.replace("agency_id", "key_id")
    connection = await asyncpg.connect(settings.dsn(role))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(deed.format(table))
    finally:
        await connection.close()


async def test_the_owner_changes_nothing_while_not_migrating(settings, sealed):
    connection = await asyncpg.connect(settings.dsn("owner"))
    try:
        assert await connection.execute("UPDATE audit SET code = 'x'") == "UPDATE 0"
        assert await connection.execute("DELETE FROM audit_seal") == "DELETE 0"
    finally:
        await connection.close()


# Retention


@pytest_asyncio.fixture
async def old(superuser, sealer, auditor, agency):
    """A month of ten years ago with rows, sealed, and rows of today."""
    month = datetime.now(UTC).replace(year=datetime.now(UTC).year - 10, day=1).date()
    name = f"audit_{month:%Y%m}"
    until = (month + timedelta(days=32)).replace(day=1)
    await superuser.execute(f"SELECT make_partition('audit', '{name}', '{month} 00:00Z', '{until} 00:00Z')")
    for at in (f"'{month}'::timestamptz + interval '3 days'", "clock_timestamp()"):
        await superuser.execute(
            "INSERT INTO audit (at, agency_id, actor_id, actor_client, roles, action, purpose, outcome, request_id) "
            f"SELECT {at}, $1, $1, 'app', '{{}}', 'loaf.read', 'TREAT', 'success', 'r' FROM generate_series(1, 5)", agency
        )  # fmt: skip
    yield name
    await superuser.execute(f"DROP TABLE IF EXISTS {name}")


async def test_an_old_month_goes_to_the_archive_and_the_chain_is_verified_across_it(
    old, sealer, auditor, service, settings, superuser, agency
):
    await sealer.round(auditor)
    await sealer.retain(auditor)
    assert await superuser.fetchval("SELECT to_regclass($1)", old) is None
    report = await verify(auditor, service, settings)
    assert report.is_intact and report.rows == 10
    without = await audit.verify(auditor, service, settings.masters(), settings.audit_heads, None, None)
    assert named(without, agency)[0] == "deleted"


async def test_a_month_stays_while_a_hold_stands_or_a_row_is_not_sealed(
    old, sealer, auditor, service, settings, superuser, agency
):
    await months.keep(auditor, settings.archive, service, 6)
    assert await superuser.fetchval("SELECT to_regclass($1)", old)
    await sealer.round(auditor)
    await superuser.execute("INSERT INTO hold VALUES ($1, $2, NULL, now())", agency, uuid7())
    await months.keep(auditor, settings.archive, service, 6)
    assert await superuser.fetchval("SELECT to_regclass($1)", old)
    await superuser.execute("UPDATE hold SET released_at = now() WHERE agency_id = $1", agency)
    await months.keep(auditor, settings.archive, service, 6)
    assert await superuser.fetchval("SELECT to_regclass($1)", old) is None


async def test_a_month_that_is_not_old_enough_stays(old, auditor, sealer, superuser):
    await sealer.round(auditor)
    assert not await auditor.fetchval("SELECT drop_month_of_audit(to_date(right($1, 6), 'YYYYMM'), 5, 11)", old)


async def test_an_archive_that_was_changed_is_refused(old, sealer, auditor, service, settings):
    await sealer.round(auditor)
    await sealer.retain(auditor)
    (path,) = (settings.archive / "audit" / service).glob("*.gz")
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(OSError, match="damaged"):
        await verify(auditor, service, settings)


def test_the_tree_is_that_of_rfc_6962():
    """Vectors of Certificate Transparency's reference tests: leaves "", 00, 10, 2021, 3031."""
    import hashlib

    leaves = [hashlib.sha256(b"\0" + bytes.fromhex(text)).digest() for text in ("", "00", "10", "2021", "3031")]
    assert root_of(leaves[:1]).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert root_of(leaves[:2]).hex() == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    assert root_of(leaves[:3]).hex() == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"
    assert root_of(leaves).hex() == "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"
