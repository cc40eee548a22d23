"""The whole platform for the tests of this folder: one of our own with a seeded sandbox, or that of TRELLIS_GATEWAY_URL."""

import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from trellis.api import Gateway
from trellis.layout import HOST, OFFSETS, Layout, find_home
from trellis.seed import seed_once
from trellis.stack import Stack, platform


@dataclass(frozen=True)
class Running:
    """`stack` is None where the platform is not ours."""

    url: str
    stack: Stack | None


def free_base() -> int:
    """A gateway port whose followers are free as well."""
    return next(port for port in range(20_000, 60_000, 100) if all(is_free(port + each) for each in OFFSETS.values()))


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) != 0


@pytest.fixture(scope="session")
def new_layout(tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """A place for a platform of our own."""
    home = find_home(Path(__file__).parent)
    return Layout(home, free_base(), os.environ.get("KAFKA", ""), state_folder=tmp_path_factory.mktemp("state"))


@pytest.fixture(scope="session")
def running(new_layout: Layout) -> Iterator[Running]:
    if given := os.environ.get("TRELLIS_GATEWAY_URL"):
        yield Running(given.rstrip("/"), None)
        return
    with platform(new_layout) as stack:
        seed_once(new_layout)
        yield Running(new_layout.gateway_url, stack)


@pytest.fixture
def gateway(running: Running) -> Iterator[Gateway]:
    with Gateway(running.url) as found:
        yield found
