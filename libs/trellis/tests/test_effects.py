"""The count of what is lost, doubled or out of order can itself fail: each fault is seen."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from trellis.effects import Books, Tally, tally

LISTENERS = {"oven": {}, "shop": {"loaf.baked.v1": ["oven"]}}


def event(number: int, **other: Any) -> dict[str, Any]:
    found = {"event_id": f"event-{number}", "type": "loaf.baked.v1", "topic": "oven", "aggregate_id": "loaf"}
    return {**found, "sequence": number, "position": number, "causation": None, "data": "{}", **other}


def row(number: int, done_in: int | None = None) -> dict[str, Any]:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    return {"event_id": f"event-{number}", "done_in": done_in or number, "applied_at": at}


def count(log: list[Any], inbox: list[Any], left: int = 0) -> Tally:
    return tally([Books("oven", log, [], 0), Books("shop", [], inbox, left)], LISTENERS)


LOG = [event(1), event(2), event(3)]
INBOX = [row(1), row(2), row(3)]
CLEAN = count(LOG, INBOX)


def test_a_whole_log_and_a_whole_inbox_are_clean() -> None:
    assert Tally(3, 3, 0, 0, 0, 0, 0) == CLEAN
    assert CLEAN.is_clean


@pytest.mark.parametrize(
    ("log", "inbox", "left", "wanted"),
    [
        (LOG, INBOX[:2], 0, {"effects": 2, "lost": 1}),
        ([LOG[0], LOG[2]], [row(1), row(3)], 0, {"events": 2, "effects": 2, "lost": 1}),
        ([*LOG, event(3, sequence=4, position=4)], INBOX, 0, {"twice": 1}),
        ([event(1, causation="c"), event(2, causation="c"), event(3)], INBOX, 0, {"twice": 1}),
        ([LOG[1], LOG[0], LOG[2]], INBOX, 0, {"disordered": 1}),
        (LOG, [row(2), row(1), row(3)], 0, {"disordered": 1}),
        (LOG, [row(2, 9), row(1, 9), row(3)], 0, {}),
        (LOG, [*INBOX, row(4)], 0, {"effects": 4, "astray": 1}),
        (LOG, INBOX, 1, {"left": 1}),
    ],
)
def test_each_fault_is_counted(log: list[Any], inbox: list[Any], left: int, wanted: dict[str, int]) -> None:
    found = count(log, inbox, left)
    assert found == replace(CLEAN, **wanted)
    assert found.is_clean == (not wanted)
