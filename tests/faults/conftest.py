"""Faults are tried on the bakery and its eaters of libs/shared/tests, with a real PostgreSQL and a real broker."""

import os
import random
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SERVICES = HERE.parents[1] / "libs" / "shared" / "tests"
sys.path[:0] = [str(HERE), *(str(SERVICES / name / "src") for name in ("bakery", "eater"))]
os.environ.pop("TRELLIS_TEST_DATABASE_URL", None)  # what other suites left in a database is not ours to apply

import pytest  # noqa: E402
import pytest_asyncio  # noqa: E402
from shared.db import uuid7  # noqa: E402
from stack import Stack  # noqa: E402


@pytest_asyncio.fixture(scope="session")
async def platform():
    """One for all tests of the run; each test has an agency of its own."""
    found = Stack(int(os.environ.get("TRELLIS_EATERS", "1")))
    try:
        await found.start()
        yield found
    finally:
        await found.stop()


@pytest_asyncio.fixture
async def stack(platform):
    """Everything whole again after each test."""
    yield platform
    for proxy in (platform.broker_proxy, platform.database_proxy):
        proxy.set()


@pytest.fixture
def agency():
    return uuid7()


@pytest.fixture
def seed():
    found = int(os.environ.get("TRELLIS_SEED", "0")) or random.randrange(10**6)
    print(f"TRELLIS_SEED={found}")
    return found
