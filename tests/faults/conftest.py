"""Faults are tried on the bakery of libs/shared/tests: the smallest service, with a real PostgreSQL and a real broker."""

import os
import sys
from pathlib import Path

BAKERY = Path(__file__).resolve().parents[2] / "libs" / "shared" / "tests" / "bakery"
sys.path.insert(0, str(BAKERY / "src"))
os.environ["PYTHONPATH"] = os.pathsep.join([str(BAKERY / "src"), os.environ.get("PYTHONPATH", "")])
os.environ.pop("TRELLIS_TEST_DATABASE_URL", None)  # what other suites left in a database is not ours to apply

from shared.testing import *  # noqa: E402, F403

SERVICE = "bakery"
