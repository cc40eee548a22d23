from trellis.digest import differences, digest_of, plain

ZONE = "America/Chicago"
ONE, OTHER = "0198e2a0-0000-7000-8000-000000000001", "0198e2a0-0000-7000-8000-000000000002"


def note(note_id: str, at: str, **other: object) -> dict[str, object]:
    return {"id": note_id, "link": f"/v1/notes/{note_id}", "signed_at": at, "status": "final", "version": 2, **other}


def read(*notes: dict[str, object]) -> object:
    return plain({"notes": list(notes)}, ZONE)


def test_ids_and_the_time_of_day_and_the_order_of_a_list_read_alike() -> None:
    calm = read(note(ONE, "2026-11-23T15:00:00Z"), note(OTHER, "2026-11-24T15:00:00Z"))
    wild = read(note(ONE, "2026-11-24T15:02:10.5+00:00"), note(OTHER, "2026-11-23T15:01:00Z"))
    assert digest_of(calm) == digest_of(wild)


def test_an_effect_lost_or_doubled_a_day_or_a_version_reads_differently() -> None:
    calm = read(note(ONE, "2026-11-23T15:00:00Z"))
    others = (
        read(),
        read(note(ONE, "2026-11-23T15:00:00Z"), note(OTHER, "2026-11-23T15:00:00Z")),
        read(note(ONE, "2026-11-24T06:30:00Z")),
        read(note(ONE, "2026-11-23T15:00:00Z", version=3)),
    )
    assert digest_of(calm) not in {digest_of(other) for other in others}
    assert differences(calm, others[3]) == ["/notes/0/version: 2 ≠ 3"]
    assert differences(calm, others[1]) == ["/notes: 1 entries ≠ 2 entries"]
