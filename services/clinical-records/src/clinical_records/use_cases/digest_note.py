from datetime import UTC
from typing import Any

from clinical_records.models import Note
from clinical_records.rules.signing import content_hash

FIELDS = (
    "id", "client_id", "appointment_id", "author_id", "kind", "format", "service_date", "minutes", "place",
    "is_telehealth", "client_present", "attendees", "modalities", "interventions", "objective_ids", "diagnosis_ids",
    "risk", "service_code", "supervisor_id",
)  # fmt: skip
TIMES = ("started_at", "ended_at", "signed_at")


def digest_note(note: Note, said: dict[str, Any]) -> str:
    """The hash of all that was signed."""
    times = {name: getattr(note, name).astimezone(UTC).isoformat() for name in TIMES if getattr(note, name)}
    return content_hash({**{name: getattr(note, name) for name in FIELDS}, **times, "said": said})
