from typing import Any

from shared.db import Transaction

from clinical_records.errors import SectionUnknown
from clinical_records.models import Note
from clinical_records.rules.notes import TELEHEALTH, unknown_sections
from clinical_records.schemas.notes import NoteContent
from clinical_records.use_cases.open_content import open_content
from clinical_records.use_cases.seal_content import seal_content

SEALED = frozenset({"content", "response", "client_location", "risk_reason"})
CODED = frozenset({"risk", "place"})
EMPTY: dict[str, Any] = {
    "attendees": [], "modalities": [], "interventions": [], "objective_ids": [], "diagnosis_ids": [],
    "is_emergency_contact_checked": False, "client_present": True,
}  # fmt: skip


async def write_note(tx: Transaction, note: Note, change: NoteContent) -> None:
    """Put what was given into the note: words are sealed, codes and ids are columns; null takes a field out."""
    given = change.model_dump(mode="json", exclude_unset=True)
    for name in given.keys() - SEALED - {"format"}:
        value = given[name] if given[name] is not None else EMPTY.get(name)
        setattr(note, name, getattr(change, name) if name in CODED else value)
    note.format = change.format or note.format
    note.is_telehealth = note.place in TELEHEALTH if note.place else note.is_telehealth
    said = await open_content(tx, note)
    words = {name: given[name] for name in given.keys() & (SEALED - {"content"})}
    sections = {**said.get("content", {}), **(given.get("content") or {})}
    kept = {section: text for section, text in sections.items() if text is not None}
    for section in unknown_sections(note.format, kept):
        raise SectionUnknown(f"{note.format} has no section of this name.", pointer=f"/content/{section}")
    await seal_content(tx, note, {**said, **words, "content": kept})
