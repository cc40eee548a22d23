"""`make mutants`: take each defence away in a copy, run its test, expect red.

A patch opens with `Test: FOLDER PYTEST-ARGUMENTS`. A patch that no longer applies, whose test is green without it, or whose test cannot even be set up, fails.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent


def copy_of_the_tree() -> Path:
    """What git would hold, in a folder of its own."""
    target = Path(tempfile.mkdtemp(prefix="trellis-mutant-"))
    tracked = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in filter(None, tracked.split("\0")):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).exists():
            shutil.copy2(ROOT / name, target / name)
    return target


def sources(tree: Path) -> str:
    found = [*tree.glob("libs/*/src"), *tree.glob("services/*/src"), *tree.glob("sandbox/*/src")]
    return os.pathsep.join(str(path) for path in sorted(found))


@contextlib.contextmanager
def mutated(patch: Path) -> Iterator[Path]:
    """A copy of the tree without the patch's defence. Raises ValueError where the patch does not apply."""
    tree = copy_of_the_tree()
    try:
        command = ["git", "apply", "--unsafe-paths", f"--directory={tree}", str(patch)]
        applied = subprocess.run(command, cwd="/", capture_output=True)
        if applied.returncode != 0:
            raise ValueError(applied.stderr.decode().strip()[:100])
        yield tree
    finally:
        shutil.rmtree(tree, ignore_errors=True)


def environment_of(tree: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": sources(tree)}


def is_red(patch: Path) -> tuple[str, str]:
    """What the mutant's test said: `red` is what we want."""
    try:
        with mutated(patch) as tree:
            return tested(patch, tree)
    except ValueError as error:
        return "does not apply", str(error)
    except subprocess.TimeoutExpired:
        return "broken", "no answer within five minutes"


def tested(patch: Path, tree: Path) -> tuple[str, str]:
    folder, *arguments = patch.read_text().splitlines()[0].removeprefix("Test: ").split()
    named = [str(tree / folder / a) if "/" in a else a for a in arguments]
    pytest = [sys.executable, "-m", "pytest", "-c", str(tree / "pyproject.toml"), "--rootdir", str(tree / folder), "-x"]
    ran = subprocess.run([*pytest, *named], cwd=tree, env=environment_of(tree), capture_output=True, timeout=300)
    lines = ran.stdout.decode().splitlines() or [ran.stderr.decode()[-100:]]
    said = next((line for line in lines if line.startswith(("FAILED", "ERROR"))), lines[-1])
    return ("red" if said.startswith("FAILED") else "green" if ran.returncode == 0 else "broken"), said


def main() -> int:
    wanted = sys.argv[1:]
    patches = [p for p in sorted(HERE.glob("*.patch")) if not wanted or p.stem in wanted]
    console, table = Console(), Table("mutant", "defence taken away: its test is", "seconds", "pytest said")
    killed = 0
    for patch in patches:
        started = time.monotonic()
        with console.status(f"{patch.stem} …"):
            said, detail = is_red(patch)
        killed += said == "red"
        table.add_row(patch.stem, said, f"{time.monotonic() - started:.0f}", escape(detail))
        console.print(f"{patch.stem}: {said}")
    console.print(table)
    console.print(f"Mutants killed {killed} of {len(patches)}")
    return 0 if killed == len(patches) else 1


if __name__ == "__main__":
    sys.exit(main())
