"""`python -m trellis.events` writes what is generated; `--check` refuses what is stale or breaks an agreement."""

import sys
from collections.abc import Iterator
from pathlib import Path

from trellis.events import asyncapi, contract, examples, page, transitions
from trellis.events.catalogue import ROOT, services


def problems() -> Iterator[str]:
    """What no writing mends: someone decides."""
    yield from contract.refusals(contract.committed(), contract.current())
    yield from transitions.faults(services())


def generated() -> dict[Path, str]:
    return {**contract.files(), **asyncapi.files(), **page.files()}


def stale() -> Iterator[str]:
    if unwritten := [event.NAME for event in examples.missing()]:
        yield f"{', '.join(unwritten)}: no example yet: make events."
        return
    for path, text in generated().items():
        if not path.exists() or path.read_text() != text:
            yield f"{path.relative_to(ROOT)} is stale: make events."


def write() -> None:
    examples.write_missing()
    for path, text in generated().items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def main() -> int:
    found = list(problems())
    if not found and "--check" not in sys.argv:
        write()
    found = found or list(stale())
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
