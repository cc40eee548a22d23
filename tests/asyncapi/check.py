"""Lets AsyncAPI's own parser read docs/asyncapi.json, where Node.js and npm are at hand."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
FETCHED = ROOT / ".trellis" / "asyncapi"
WANTED = ("package.json", "package-lock.json", ".npmrc")


def main() -> int:
    if not shutil.which("node") or not shutil.which("npm"):
        print("AsyncAPI's parser was not run: it needs Node.js and npm.")
        return 0
    if not is_fetched() and not fetch():
        print("AsyncAPI's parser was not run: npm cannot fetch it (is a registry reached?).")
        return 0
    return subprocess.run(
        ["node", HERE / "parse.mjs", FETCHED, ROOT / "docs" / "asyncapi.json"], check=False
    ).returncode


def is_fetched() -> bool:
    """What was fetched is what the lock says; the lock is copied last."""
    kept = FETCHED / "fetched"
    return kept.exists() and kept.read_text() == (HERE / "package-lock.json").read_text()


def fetch() -> bool:
    print("Fetching AsyncAPI's parser…", flush=True)
    FETCHED.mkdir(parents=True, exist_ok=True)
    for name in WANTED:
        shutil.copy(HERE / name, FETCHED / name)
    command = ["npm", "ci", "--loglevel=error"]
    ran = subprocess.run(command, cwd=FETCHED, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    if ran.returncode == 0:
        shutil.copy(HERE / "package-lock.json", FETCHED / "fetched")
    return ran.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
