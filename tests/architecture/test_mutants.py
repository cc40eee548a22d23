"""Every defence taken away in tests/mutants can still be taken away: what `make mutants` would tell much later."""

import subprocess
from pathlib import Path

import pytest

HOME = Path(__file__).parents[2]
PATCHES = sorted((HOME / "tests/mutants").glob("*.patch"))


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.stem)
def test_the_patch_applies_and_names_its_test(patch):
    words = patch.read_text().splitlines()[0].split()
    assert words[0] == "Test:" and (HOME / words[1] / words[2]).exists()
    done = subprocess.run(
        ["git", "apply", "--check", str(patch)], cwd=HOME, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
