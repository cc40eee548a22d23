"""The plumbing is tested with a bakery: the smallest service that can be told, asked and timed."""

import os
import sys
from pathlib import Path

BAKERY = Path(__file__).parent / "bakery"
sys.path.insert(0, str(BAKERY / "src"))
os.environ["PYTHONPATH"] = os.pathsep.join([str(BAKERY / "src"), os.environ.get("PYTHONPATH", "")])

from shared.testing import *  # noqa: E402, F403

SERVICE = "bakery"
