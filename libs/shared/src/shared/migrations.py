"""What the migrations of every service share: the plumbing's tables, walls, and how Alembic runs (decision 3)."""

import asyncio
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import sqlalchemy as sa
from alembic import context, op
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlmodel import SQLModel

from shared.labels import LABELS
from shared.run import settings_of

PLUMBING = frozenset(
    {
        "aggregate_sequence",
        "outbox",
        "event_log",
        "log_counter",
        "log_head",
        "republish",
        "inbox",
        "applied",
        "parked",
        "blocked",
        "timer",
        "outbound",
        "idempotency",
        "audit",
        "data_key",
        "relationship",
        "sandbox_clock",
        "signed_out",
        "audit_seal",
        "seal_key",
        "hold",
        "glass_grant",
    }
)


def build_plumbing(service: str) -> None:
    """Create outbox, log, inbox, timers, audit and their walls. First statement of a service's first migration."""
    execute_script(sql_of("plumbing", service))


def build_backbone(service: str) -> None:
    """What the event backbone added to the plumbing. A service's second migration."""
    execute_script(sql_of("backbone", service))


def build_signed_out(service: str) -> None:
    """Who is out, wherever tokens are verified."""
    execute_script(sql_of("signed_out", service))


def build_seals(service: str) -> None:
    """Seals over the audit, their keys, legal holds, retention. The migration `seal_audit` of each service."""
    execute_script(sql_of("audit", service))


def build_key_versions(service: str) -> None:
    """Versions, rotation and destruction of data keys. The migration `version_keys` of each service."""
    execute_script(sql_of("keys", service))


def build_exits(service: str) -> None:
    """Whose rows a partner's app may reach, behind the disclosure decision."""
    execute_script(sql_of("exits", service))


def build_glass(service: str) -> None:
    """Whose record may be read in an emergency, and by which grant somebody looked. The migration `break_glass`."""
    execute_script(sql_of("glass", service))


def sql_of(name: str, service: str) -> str:
    text = (files("shared") / f"{name}.sql").read_text()
    return text.replace("{db}", service.replace("-", "_"))


def execute_script(script: str) -> None:
    """Run several statements at once, inside the migration's transaction."""
    connection: Any = op.get_bind().connection.dbapi_connection
    connection.run_async(lambda driver: driver.execute(script))


def record_columns() -> list[sa.Column[Any]]:
    """The columns of `shared.db.Record`; the primary key is (agency_id, id)."""
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    ]


def wall(table: str, *, clinic: bool = False, deletes: bool = False, client_scoped: bool = False) -> None:
    """Row level security for a table: its agency's rows only; with `clinic`, only the caller's clinics' rows too."""
    op.execute(f"SELECT build_wall('{table}', clinic => {clinic}, deletes => {deletes})")


def add_labels(table: str, labels: Sequence[str], *others: tuple[str, Sequence[str]]) -> None:
    """In a migration: what is there gets `labels`, or those of the first of `others` whose condition on `r` holds."""
    op.add_column(table, sa.Column("security_labels", LABELS, nullable=False, server_default="{}"))
    cases = [(sa.text(when), given(found)) for when, found in others]
    chosen = sa.case(*cases, else_=given(labels)) if cases else given(labels)
    rows: Any = sa.table(table, sa.column("security_labels", LABELS)).alias("r")
    op.execute(sa.update(rows).values(security_labels=chosen))
    op.alter_column(table, "security_labels", server_default=None)
    op.create_check_constraint("labelled", table, "cardinality(security_labels) > 0")


def given(labels: Sequence[str]) -> sa.ColumnElement[list[str]]:
    return sa.literal(list(labels), LABELS)


def ours(_: Any, name: str | None, kind: str, reflected: bool, __: Any) -> bool:
    """What `alembic check` compares: the service's own tables; partitions and plumbing are the SQL file's."""
    return not (kind == "table" and reflected and (name in PLUMBING or str(name).startswith(("event_log_", "audit_"))))


def run(service: str) -> None:
    """Entry point of migrations/env.py: online only, as the owner, with `app.migrating` on."""
    asyncio.run(migrate(service))


async def migrate(service: str) -> None:
    engine = create_async_engine(settings_of(service).dsn("owner", driver="postgresql+asyncpg"), hide_parameters=True)
    async with engine.connect() as connection:
        await connection.run_sync(upgrade)
        await commit(connection)
    await engine.dispose()


def upgrade(connection: sa.Connection) -> None:
    connection.execute(
        sa.text("SELECT set_config('app.migrating', 'on', true), set_config('lock_timeout', '5s', true)")
    )
    context.configure(connection=connection, target_metadata=SQLModel.metadata, include_object=ours, compare_type=True)
    with context.begin_transaction():
        context.run_migrations()


async def commit(connection: AsyncConnection) -> None:
    if connection.in_transaction():
        await connection.commit()
