"""What only Apache Kafka has: several nodes, rights, TLS and passwords. `make test-kafka` runs it."""

import os
import sys
from pathlib import Path

import pytest
from trellis import kraft
from trellis.layout import Layout

ROOT = Path(__file__).resolve().parents[2]
BAKERY = ROOT / "libs" / "shared" / "tests" / "bakery"
sys.path.insert(0, str(BAKERY / "src"))
os.environ["PYTHONPATH"] = os.pathsep.join([str(BAKERY / "src"), os.environ.get("PYTHONPATH", "")])
os.environ.pop("TRELLIS_TEST_DATABASE_URL", None)  # what other suites left in a database is not ours to apply

from shared.testing import *  # noqa: E402, F403

SERVICE = "bakery"


@pytest.fixture(scope="session")
def kafka():
    """The release, fetched once per clone."""
    layout = Layout(ROOT)
    return kraft.Kafka(kraft.fetch(layout.state / "kafka", layout.logs / "maven.log"))
