"""What every service imports, imported once: the fork server loads this module and forks each service from it.

The services' own packages come after the fork: their tables would meet in one registry, and their settings are theirs.
"""

import gc
import importlib
import os

NEEDED = (
    "aiohttp",
    "aiokafka",
    "alembic.command",
    "asyncpg",
    "cryptography.fernet",
    "httptools",
    "httpx",
    "jose.jwt",
    "shared.app",
    "shared.databases",
    "shared.worker",
    "sqlalchemy.ext.asyncio",
    "trellis.cli",
    "trellis.forks",
    "uvicorn.lifespan.on",
    "uvicorn.loops.uvloop",
    "uvicorn.protocols.http.httptools_impl",
    "uvloop",
)

os.setsid()  # what a terminal tells its group is for the process that started us
for name in NEEDED:
    importlib.import_module(name)
gc.collect()
gc.freeze()
