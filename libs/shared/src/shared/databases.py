"""Creates a service's database and its four roles. Run by an operator as a superuser, never by a service."""

from urllib.parse import urlsplit, urlunsplit

import asyncpg

from shared.settings import ServiceSettings

ROLES = ("owner", "app", "relay", "auditor")
EXTENSIONS = ("btree_gist", "pg_trgm", "fuzzystrmatch", "unaccent")


async def create_database(superuser_url: str, settings: ServiceSettings) -> None:
    """Idempotent. None of the roles may bypass row level security; only the owner may create."""
    name = settings.database
    server = await asyncpg.connect(superuser_url)
    try:
        for role in ROLES:
            await create_role(server, f"{name}_{role}", getattr(settings, f"{role}_password").get_secret_value())
        if not await server.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            await server.execute(f'CREATE DATABASE "{name}" OWNER "{name}_owner" TEMPLATE template0 ENCODING UTF8')
        await server.execute(f'REVOKE ALL ON DATABASE "{name}" FROM PUBLIC')
        await server.execute(f'GRANT CONNECT ON DATABASE "{name}" TO "{name}_app", "{name}_relay", "{name}_auditor"')
    finally:
        await server.close()
    await add_extensions(urlunsplit(urlsplit(superuser_url)._replace(path=f"/{name}")), name)


async def create_role(server: "asyncpg.Connection[asyncpg.Record]", role: str, password: str) -> None:
    verb = "ALTER" if await server.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role) else "CREATE"
    quoted = await server.fetchval("SELECT quote_literal($1::text)", password)
    await server.execute(
        f'{verb} ROLE "{role}" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD {quoted}'
    )


async def add_extensions(url: str, name: str) -> None:
    database = await asyncpg.connect(url)
    try:
        for extension in EXTENSIONS:
            await database.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
        await database.execute(f'GRANT ALL ON SCHEMA public TO "{name}_owner"')
        await database.execute(f'GRANT USAGE ON SCHEMA public TO "{name}_app", "{name}_relay", "{name}_auditor"')
    finally:
        await database.close()
