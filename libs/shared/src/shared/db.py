"""The unit of work: one thin `Transaction` over a Core connection, opened and committed at the edge (decision 19).

SQLAlchemy runs the statements; BEGIN and COMMIT go to the driver's own connection. So four rules hold:
(a) a connection that comes back to the pool inside a transaction is ended;
(b) COMMIT counts only if the driver answers the tag COMMIT;
(c) an exit that is neither commit nor rollback ends without an await;
(d) use cases never get the connection.
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar
from uuid import UUID, uuid5

import sqlalchemy as sa
import uuid_utils
from sqlalchemy import event as sa_event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlmodel import Field, SQLModel

from shared import keys, record
from shared.auth import Principal
from shared.clock import Clock, real_now
from shared.crypto import MasterKeys, Sealed, open_bytes, seal_bytes
from shared.errors import NotFound, Stale, Unavailable, VersionMissing
from shared.events import Event
from shared.pagination import Page, PageRequest
from shared.settings import ServiceSettings

PLATFORM = UUID(int=0)
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
UtcDateTime = sa.DateTime(timezone=True)

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def uuid7() -> UUID:
    return UUID(int=uuid_utils.uuid7().int)


class Record(SQLModel):
    """The columns of every row: whose it is, which version, since when. `tx.add` fills agency and time."""

    id: UUID = Field(default_factory=uuid7, primary_key=True)
    agency_id: UUID = Field(default=PLATFORM, primary_key=True)
    version: int = 1
    created_at: datetime = Field(default=NEVER, sa_type=sa.DateTime(timezone=True))


class TextEnum(sa.TypeDecorator[Any]):
    """A StrEnum kept as VARCHAR: refuses what is no member on the way in, gives the member on the way out."""

    impl = sa.String
    cache_ok = True

    def __init__(self, members: type[StrEnum], length: int = 40) -> None:
        super().__init__(length)
        self.members = members

    def process_bind_param(self, value: Any, dialect: Any) -> Any:
        return None if value is None else self.members(value).value

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        return None if value is None else self.members(value)


@cache
def text_enum(members: type[StrEnum]) -> type[sa.TypeDecorator[Any]]:
    """For `Field(sa_type=text_enum(Status))`. A CHECK in the migration guards the column beside it."""
    return type(
        f"{members.__name__}Text",
        (TextEnum,),
        {"__init__": lambda self: TextEnum.__init__(self, members), "cache_ok": True},
    )


Row = TypeVar("Row", bound=Any)
Driver = Any  # an asyncpg Connection: its stubs differ between releases


def table_of(model: Any) -> sa.Table:
    """The table behind a class or an instance of a model."""
    found: sa.Table = model.__table__
    return found


@cache
def insert_of(table: sa.Table) -> sa.Insert:
    return sa.insert(table)


@cache
def update_of(table: sa.Table) -> sa.Update:
    values = {
        c.name: sa.bindparam(f"new_{c.name}", type_=c.type) for c in table.columns if c.name not in ("id", "agency_id")
    }
    keys = [table.c.agency_id == sa.bindparam("old_agency"), table.c.id == sa.bindparam("old_id")]
    return sa.update(table).where(*keys, table.c.version == sa.bindparam("old_version")).values(values)


@cache
def delete_of(table: sa.Table) -> sa.Delete:
    return sa.delete(table).where(table.c.agency_id == sa.bindparam("old_agency"), table.c.id == sa.bindparam("old_id"))


def columns_of(row: SQLModel, prefix: str = "") -> dict[str, Any]:
    table = table_of(row)
    return {f"{prefix}{c.name}": getattr(row, c.name) for c in table.columns}


@dataclass
class Transaction:
    """What a use case does its work with. One request, one batch of events or one timer; committed at the edge."""

    service: str
    by: Principal
    now: datetime
    masters: MasterKeys = field(repr=False)
    request_id: str = ""
    if_match: str | None = None
    cause: UUID | None = None
    agency_id: UUID = PLATFORM
    audits: list[record.Audit] = field(default_factory=list)
    events: list[tuple[UUID, Event]] = field(default_factory=list)
    stints: list[record.Stint] = field(default_factory=list)
    keys: dict[UUID, tuple[UUID, bytes]] = field(default_factory=dict, repr=False)
    made: dict[str, int] = field(default_factory=dict)
    made_answer: Any = None
    told: bool = False  # the worker has something to do after the commit
    outlast: float = 0.0  # seconds after the commit before it is acknowledged
    _connection: AsyncConnection = field(init=False, repr=False)
    _driver: Driver = field(init=False, repr=False)

    # rows

    async def add(self, row: Row) -> Row:
        """INSERT. The row takes this transaction's agency and time."""
        await self.add_all([row])
        return row

    async def add_all(self, rows: Sequence[Any]) -> None:
        for row in rows:
            row.agency_id = self.agency_id
            if getattr(row, "created_at", None) == NEVER:
                row.created_at = self.now
        if rows:
            await self._connection.execute(insert_of(table_of(rows[0])), [columns_of(row) for row in rows])

    async def save(self, row: Row) -> Row:
        """UPDATE of the version that was read; raises Stale when another was quicker."""
        old = row.version
        row.version = old + 1
        values = columns_of(row, "new_")
        keys = {"old_agency": self.agency_id, "old_id": row.id, "old_version": old}
        found = await self._connection.execute(update_of(table_of(row)), values | keys)
        if found.rowcount != 1:
            raise Stale()
        return row

    async def remove(self, row: Any) -> None:
        keys = {"old_agency": self.agency_id, "old_id": row.id}
        await self._connection.execute(delete_of(table_of(row)), keys)

    def expect(self, row: Any) -> None:
        """The caller's If-Match must name the row's version: else Stale (412)."""
        if self.if_match is None:
            raise VersionMissing()
        if self.if_match not in (f'"{row.version}"', "*"):
            raise Stale()

    # queries (the module of that name only)

    async def fetch_one(self, model: type[Row], statement: Any, **params: Any) -> Row:
        found = await self.fetch_optional(model, statement, **params)
        if found is None:
            raise NotFound()
        return found

    async def fetch_optional(self, model: type[Row], statement: Any, **params: Any) -> Row | None:
        found = (await self._connection.execute(statement, params)).mappings().first()
        return None if found is None else model(**found)

    async def fetch_all(self, model: type[Row], statement: Any, **params: Any) -> list[Row]:
        return [model(**found) for found in (await self._connection.execute(statement, params)).mappings()]

    async def fetch_page(self, model: type[Row], statement: Any, page: PageRequest, **params: Any) -> Page[Row]:
        """Newest first by id (UUIDv7); one row more than asked tells whether a next page exists."""
        table = table_of(model)
        if page.after is not None:
            statement = statement.where(table.c.id < sa.bindparam("page_after"))
            params = {**params, "page_after": page.after}
        limited = statement.order_by(table.c.id.desc()).limit(sa.bindparam("page_size"))
        found = await self.fetch_all(model, limited, **params, page_size=page.limit + 1)
        return Page.of(found, page)

    async def rows(self, statement: Any, **params: Any) -> Sequence[Any]:
        return (await self._connection.execute(statement, params)).all()

    async def run(self, statement: Any, **params: Any) -> int:
        return (await self._connection.execute(statement, params)).rowcount

    # what goes with the change

    def audit(
        self,
        action: str,
        *,
        subject: UUID | None = None,
        by: Principal | None = None,
        resource: UUID | None = None,
        consent_id: UUID | None = None,
        outcome: str = "success",
        code: str | None = None,
        grant_id: UUID | None = None,
    ) -> None:
        """One entry per request and client and action (decision 21); written with the commit."""
        entry = record.Audit(action, subject, resource, consent_id, outcome, code, grant_id)
        if entry not in self.audits:
            self.audits.append(entry)

    def outlast_permits(self, seconds: float) -> None:
        """Acknowledge only when every permit that was given before this commit has lapsed (decision 25)."""
        self.outlast = max(self.outlast, seconds)

    def publish(self, event: Event) -> None:
        self.told = True
        self.events.append((self.new_id(f"event:{type(event).NAME}:{event.aggregate_id}"), event))

    def new_id(self, role: str = "row") -> UUID:
        """UUIDv7; in a handler UUIDv5 of the event and the role, so that a repetition makes the same (decision 12)."""
        if self.cause is None:
            return uuid7()
        self.made[role] = count = self.made.get(role, -1) + 1
        return uuid5(self.cause, f"{self.service}:{role}:{count}")

    async def start_timer(self, kind: str, *, subject: UUID, due_at: datetime, key: str = "") -> None:
        """Something falls due. The same kind, subject and key is one timer; one not yet fired moves to the new time."""
        self.told = True
        await self._driver.execute(
            record.START_TIMER, self.new_id(f"timer:{kind}:{subject}:{key}"), self.agency_id, kind, subject, key, due_at
        )

    async def stop_timers(self, *, subject: UUID, kind: str | None = None) -> None:
        await self._driver.execute(record.STOP_TIMERS, self.agency_id, subject, kind)

    async def send(self, kind: str, *, subject: UUID, payload: Mapping[str, Any], target: UUID | None = None) -> UUID:
        """Intend an effect on the outside world; the worker sends it under this id (decision 23)."""
        self.told = True
        intent = self.new_id(f"outbound:{kind}:{subject}")
        await self._driver.execute(
            record.INTEND,
            intent,
            self.agency_id,
            kind,
            subject,
            target,
            json.dumps(payload, default=str),
            self.request_id,
        )
        return intent

    async def supply(self, name: str) -> None:
        """Say that `name` is there now: events that waited for it are taken up (decision 13)."""
        self.told = True
        await self._driver.execute(record.LOCK_NAME, f"{self.agency_id}:{name}")
        await self._driver.execute(record.WAKE, self.agency_id, name)

    # sealing

    async def seal(self, owner: UUID, text: str, place: str, row: UUID) -> Sealed:
        """Encrypt under the owner's key, bound to its place (`table.column`), row and agency."""
        key_id, key = await self.key_of(owner)
        return Sealed(key_id, seal_bytes(key, text.encode(), self.aad(place, row)))

    async def unseal(self, owner: UUID, key_id: UUID, ciphertext: bytes, place: str, row: UUID) -> str:
        """Raises Destroyed when the owner's key was destroyed, InvalidTag when the bytes are not of this place."""
        key = await keys.of_id(self, owner, key_id)
        return open_bytes(key, ciphertext, self.aad(place, row)).decode()

    def aad(self, place: str, row: UUID) -> bytes:
        return f"{place}|{row}|{self.agency_id}".encode()

    async def key_of(self, owner: UUID) -> tuple[UUID, bytes]:
        """The owner's key: wrapped by the agency's, which the master key wraps; made at first use."""
        return await keys.current(self, owner)

    @property
    def master_key(self) -> bytes:
        return self.masters.current

    def new_key_id(self) -> UUID:
        """Never that of an earlier try: what an undone try sealed is lost with its key."""
        return uuid7()

    # the edge's own

    async def enter(self, agency_id: UUID) -> None:
        """Work for this agency from here on. For events and timers, and for the operator who has none of his own."""
        if self.by.agency_id not in (None, agency_id):
            raise NotFound()
        if agency_id == self.agency_id:
            return
        self.agency_id = agency_id
        self.keys.clear()
        await self._driver.execute(f"SET LOCAL app.agency = '{UUID(str(agency_id))}'")

    def set_down(self) -> None:
        """Put what was said so far aside with its cause: another cause comes, or the statement that writes all."""
        if self.audits or self.events:
            said = record.Stint(self.by, self.now, self.request_id, self.cause, self.audits, self.events)
            self.stints.append(said)
            self.audits, self.events = [], []

    async def flush(self) -> None:
        """Write what is buffered. The edge does it before COMMIT; tests to look at the rows."""
        await record.write(self._driver, self)

    async def commit(self) -> None:
        await self.flush()
        tag = await self._driver.execute("COMMIT")
        if tag != "COMMIT":
            raise Unavailable("The database did not commit.")

    async def rollback(self) -> None:
        await self._driver.execute("ROLLBACK")

    async def restart(self) -> None:
        """Roll back and begin anew as the same caller: for the audit of a refusal."""
        self.audits, self.events, self.stints = [], [], []
        self.agency_id = self.by.agency_id or PLATFORM
        self.keys.clear()
        await self._driver.execute(f"ROLLBACK; {begin_script(self.by, self.now, None)}")


class Database:
    """The pool of one role of one service's database."""

    def __init__(
        self, settings: ServiceSettings, service: str, clock: Clock, role: str = "app", size: int | None = None
    ) -> None:
        self.service, self.clock, self.masters = service, clock, settings.masters()
        self.engine: AsyncEngine = create_async_engine(
            settings.dsn(role, driver="postgresql+asyncpg"),
            isolation_level="AUTOCOMMIT",
            pool_size=size or settings.pool_size,
            max_overflow=0,
            pool_timeout=2,
            pool_reset_on_return=None,
            hide_parameters=True,
            connect_args={
                "server_settings": {"application_name": f"{service}-{role}", "jit": "off"},
                "command_timeout": 30,
            },
        )
        sa_event.listen(self.engine.sync_engine, "checkin", refuse_open_transaction)

    @property
    def master_key(self) -> bytes:
        return self.masters.current

    async def close(self) -> None:
        await self.engine.dispose()

    async def look(self, statement: str, *values: Any) -> list[Any]:
        """Rows of one statement outside any transaction: how the loops ask what there is to do."""
        async with self.engine.connect() as connection:
            driver: Driver = (await connection.get_raw_connection()).driver_connection
            found: list[Any] = await driver.fetch(statement, *values)
            return found

    @asynccontextmanager
    async def transaction(
        self, by: Principal, *, now: datetime | None = None, **more: Any
    ) -> AsyncIterator[Transaction]:
        """Commit at the end of the block; roll back on an error; end the connection on anything else."""
        async with self.opened(by, now=now, **more) as tx:
            yield tx
            await tx.commit()

    @asynccontextmanager
    async def opened(
        self, by: Principal, *, now: datetime | None = None, lock: int | None = None, **more: Any
    ) -> AsyncIterator[Transaction]:
        """An open transaction that the caller commits. Without a commit nothing stays."""
        at = now or self.clock.now()
        tx = Transaction(self.service, by, at, self.masters, agency_id=by.agency_id or PLATFORM, **more)
        tx._connection, tx._driver = await self.begin(begin_script(by, at, lock))
        clean = False
        try:
            yield tx
            clean = True
        except Exception:
            if is_open(tx._driver):
                await tx._driver.execute("ROLLBACK")
            clean = True
            raise
        finally:
            if clean and not is_open(tx._driver):
                await tx._connection.close()
            else:
                end(tx._connection, tx._driver)

    async def begin(self, script: str) -> tuple[AsyncConnection, Driver]:
        """BEGIN is the ping: a dead connection is replaced once."""
        for last in (False, True):
            connection = await self.engine.connect()
            driver: Driver = (await connection.get_raw_connection()).driver_connection
            try:
                await driver.execute(script)
                return connection, driver
            except BaseException as error:
                if is_open(driver) and isinstance(error, Exception):
                    await self.give_back(connection, driver)
                    raise
                end(connection, driver)
                if last or not isinstance(error, Exception):
                    raise
        raise Unavailable()

    async def give_back(self, connection: AsyncConnection, driver: Driver) -> None:
        """Roll back what BEGIN's script refused (a twin holds the key); end the connection when even that fails."""
        try:
            await driver.execute("ROLLBACK")
            await connection.close()
        except BaseException:
            end(connection, driver)
            raise


def is_open(driver: Driver) -> bool:
    """In a transaction. A driver that SQLAlchemy has ended no longer knows, and raises when asked."""
    return not driver.is_closed() and bool(driver.is_in_transaction())


def end(connection: AsyncConnection, driver: Driver) -> None:
    """Rule (c): terminate, invalidate and close without an await: what is cancelled twice would stop at one."""
    driver.terminate()
    plain = connection.sync_connection
    if plain is not None and not plain.closed:
        plain.invalidate()
        plain.close()


def refuse_open_transaction(connection: Any, entry: Any) -> None:
    """Rule (a): what comes back to the pool open or inside a transaction never serves another request."""
    driver = getattr(connection, "driver_connection", None)
    if driver is not None and (driver.is_closed() or driver.is_in_transaction()):
        driver.terminate()
        entry.invalidate()


def begin_script(by: Principal, now: datetime, lock: int | None) -> str:
    """BEGIN and who asks, as one round trip. All values are UUIDs or come from a fixed list: nothing to quote."""
    clinics = "*" if "*" in by.clinics else ",".join(plain(c) for c in by.clinics)
    reach = by.reach if by.reach in ("agency", "caseload", "own", "disclosed", "glass") else "none"
    clients = ",".join(plain(c) for c in by.clients)
    claim = f"; SELECT claim_key({int(lock)})" if lock is not None else ""
    said = {
        "agency": plain(by.agency_id or PLATFORM),
        "clinics": clinics,
        "subject": plain(by.id),
        "reach": reach,
        "clients": clients,
        "now": now.isoformat(),
    }
    settings = ", ".join(f"set_config('app.{name}', '{value}', true)" for name, value in said.items())
    return f"BEGIN; SELECT {settings}{claim}"


def plain(found: object) -> str:
    """An id as it stands in a script. What is no UUID raises ValueError, whatever its type says."""
    return str(UUID(str(found)))


__all__ = ["NEVER", "PLATFORM", "Database", "Record", "Transaction", "UtcDateTime", "real_now", "text_enum", "uuid7"]
