"""One platform with three agencies for all tests of this folder; several minutes, most of them in starting it."""

import asyncio
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "e2e")]

import httpx  # noqa: E402
import pytest  # noqa: E402
from belongings import belongings  # noqa: E402
from crawl import Crawler  # noqa: E402
from operations import NOBODYS, Requests, operations  # noqa: E402
from world import SLUGS, running  # noqa: E402


@pytest.fixture(scope="session")
def world():
    """Three agencies with rows of every kind."""
    with running() as found:
        yield found


@pytest.fixture(scope="session")
def requests(world):
    """The owners' requests: for each operation and agency one that is answered with 2xx."""
    document = httpx.get(f"{world.url}/openapi.json", timeout=60).raise_for_status().json()
    asked = [one for one in operations(document) if one.scope and one.shown not in NOBODYS]
    found = Requests(world, asked, document)
    found.collect()
    return found


@pytest.fixture(scope="session")
def own(world, requests):
    return belongings(world)


@pytest.fixture
def crawler(world, own):
    found = Crawler(world, own, {slug: world.agency_id(slug) for slug in SLUGS})
    found.sign_in()
    return found


@pytest.fixture
def crawl(crawler):
    """Send all of it; what was found."""

    def run(*work):
        asyncio.run(crawler.run([one for several in work for one in several]))
        return crawler.found

    return run
