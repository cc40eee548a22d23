"""`make faults-mutants`: the backbone without one of its defences, in a storm of a hundred kills at most, must be found out.

A mutant that a storm does not show is shown by the test that its patch names, which brings about the one moment it needs.
"""

import re
import subprocess
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "mutants"))

from run import HERE as PATCHES  # noqa: E402
from run import environment_of, is_red, mutated  # noqa: E402

MUTANTS = (
    "inbox_insert",
    "cursor_before_acknowledgement",
    "outbox_id_before_the_lock",
    "early_lock",
    "blocking_rows_first",
    "pool_checkin_guard",
)
KILLS, ROUND, PATIENCE = 100, 25, 900
TOLD = re.compile(r"^Round \d+: (\d+) kills", re.MULTILINE)


def stormed(name: str) -> tuple[bool, str]:
    """Whether a storm found the mutant, and what it said."""
    try:
        with mutated(PATCHES / f"{name}.patch") as tree:
            command = [sys.executable, str(tree / "tests" / "faults" / "long.py"), "--record", f"mutant-{name}"]
            ran = subprocess.run(
                [*command, "--kills", str(KILLS), "--round", str(ROUND), "--patience", "60"],
                cwd=tree,
                env={**environment_of(tree), "COLUMNS": "200", "TRELLIS_STATE": str(tree / ".trellis")},
                capture_output=True,
                text=True,
                timeout=PATIENCE,
            )
    except subprocess.TimeoutExpired:
        return False, "no end"
    rounds = [int(kills) for kills in TOLD.findall(ran.stdout)]
    wrong = ran.stdout.partition("Round " + str(len(rounds)) + ":")[2].splitlines()
    said = wrong[1].strip("[] ")[:110] if len(wrong) > 1 else ran.stderr.strip()[-110:]
    return bool(rounds) and ran.returncode == 1, f"after {sum(rounds)} kills: {said}"


def main() -> int:
    wanted, console, missed = sys.argv[1:] or MUTANTS, Console(), 0
    table = Table("mutant", "found by", "seconds", "what it did")
    for name in wanted:
        started = time.monotonic()
        found, said = stormed(name)
        by = "the storm" if found else "its test"
        if not found:
            colour, said = is_red(PATCHES / f"{name}.patch")
            by = by if colour == "red" else "nobody"
        missed += by == "nobody"
        table.add_row(name, by, f"{time.monotonic() - started:.0f}", said)
        console.print(f"{name}: found by {by} ({said})", highlight=False)
    console.print(table)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
