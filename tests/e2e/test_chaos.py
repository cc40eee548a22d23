"""Two people walk J1 while services and the broker are killed; the small sibling of `make demo-chaos`."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TRELLIS = Path(sys.executable).parent / "trellis"


@pytest.mark.long
def test_kills_change_nothing_that_can_be_read(tmp_path, free_port_block):
    environment = {**os.environ, "TRELLIS_PORT": str(free_port_block), "TRELLIS_STATE": str(tmp_path)}
    command = [str(TRELLIS), "chaos", "--people", "2", "--every", "8"]
    ran = subprocess.run(
        command, env=environment | {"TRELLIS_HOME": str(ROOT)}, capture_output=True, text=True, timeout=1500
    )
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
    digests = re.findall(r"digest, \w+ +([0-9a-f]{64})", ran.stdout)
    assert len(digests) == 2 and len(set(digests)) == 1
    kills = re.search(r"2 people, (\d+) kills", ran.stdout)
    assert kills and int(kills.group(1)) > 0
