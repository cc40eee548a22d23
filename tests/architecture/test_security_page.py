"""What docs/security.md names is there, and its matrix has every requirement once."""

import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()
CODE = re.findall(r"`([^`]+)`", PAGE)
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
SAID = ("*Not done*", "*Not applicable*")
COUNTS = {"1": 70, "2": 183}
"""Of OWASP ASVS 5.0.0: requirements of level 1, and those that level 2 adds."""


def names_of_tests():
    folders = [*ROOT.glob("libs/*/tests"), *ROOT.glob("services/*/tests"), ROOT / "tests"]
    files = [path for folder in folders for path in folder.rglob("test_*.py")]
    return {name for path in files for name in re.findall(r"def (test_\w+)", path.read_text())}


def test_every_test_that_the_page_names_is_there():
    named = {text for text in CODE if text.startswith("test_")}
    assert sorted(named - names_of_tests()) == [] and len(named) > 100


def test_every_file_and_mutant_that_the_page_names_is_there():
    named = {text for text in CODE if "/" in text and re.fullmatch(r"[\w.-]+(/[\w.-]+)+/?", text)}
    assert sorted(name for name in named if not (ROOT / name).exists()) == []
    assert sum(name.startswith("tests/mutants/") for name in named) > 30


def test_every_target_that_the_page_names_is_there():
    made = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    named = {text.split()[1] for text in CODE if text.startswith("make ")}
    assert sorted(named - set(made)) == []


def test_every_advisory_that_is_passed_over_stands_on_the_page():
    kept = re.search(r"^KEPT_ADVISORIES := (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)[1].split()
    assert kept and [one for one in kept if f"| {one} |" not in PAGE] == []


def test_the_matrix_has_every_requirement_once():
    rows = ROW.findall(PAGE)
    assert [number for number, times in Counter(row[0] for row in rows).items() if times > 1] == []
    assert Counter(row[1] for row in rows) == COUNTS


@pytest.mark.parametrize("row", ROW.findall(PAGE), ids=lambda row: row[0])
def test_each_line_has_what_shows_it_or_says_why_not(row):
    """A line without a name in code says what is not done or not applicable, and why."""
    shown = row[3]
    said = next((word for word in SAID if shown.startswith(word)), "")
    assert re.search(r"`[^`]+`", shown) or said
    assert not said or len(shown) > len(said) + 8


def test_a_name_that_is_not_there_would_be_noticed():
    assert "test_that_is_not_there" not in names_of_tests()
    assert not ROW.findall("| 1.1.1 | 3 | words | words |")
