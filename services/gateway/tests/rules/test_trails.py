from uuid import UUID

from gateway.rules.trails import join

ONE, TWO = str(UUID(int=1)), str(UUID(int=2))


def event(event_id, at, sequence=1):
    return {
        "event_id": event_id,
        "type": "note.signed.v1",
        "aggregate_id": ONE,
        "sequence": sequence,
        "committed_at": f"2026-11-23T09:00:{at}Z",
    }


def effect(event_id, at):
    return {"event_id": event_id, "type": "note.signed.v1", "applied_at": f"2026-11-23T09:00:{at}Z"}


def test_each_event_has_its_effects_in_the_order_of_time():
    found = join(
        {
            "b": {"events": [event(TWO, "02")], "effects": [effect(ONE, "01.250")]},
            "a": {"events": [event(ONE, "01")], "effects": [effect(TWO, "03"), effect(ONE, "01.100")]},
        }
    )
    assert [(one.service, str(one.event_id)) for one in found] == [("a", ONE), ("b", TWO)]
    assert [(e.service, e.ms) for e in found[0].effects] == [("a", 100.0), ("b", 250.0)]
    assert [(e.service, e.ms) for e in found[1].effects] == [("a", 1000.0)]


def test_without_events_the_trail_is_empty():
    assert join({"a": {"events": [], "effects": [effect(ONE, "01")]}}) == ()
