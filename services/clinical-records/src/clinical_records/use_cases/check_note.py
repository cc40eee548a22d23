from typing import Any
from uuid import UUID

from shared.db import Transaction

from clinical_records import queries
from clinical_records.errors import EpisodeNotOpen, Incomplete
from clinical_records.models import Note
from clinical_records.rules.notes import Facts, missing


async def check_note(tx: Transaction, note: Note, said: dict[str, Any]) -> None:
    """Everything mandatory is there, and what it refers to is this client's."""
    if note.appointment_id and note.episode_id is None:
        episode = await queries.find_open_episode(tx, note.client_id)
        if episode is None:
            raise EpisodeNotOpen("The note of a session belongs to an episode; admit the client first.")
        note.episode_id = episode.id
    found = missing(await facts_of(tx, note, said))
    if found:
        raise Incomplete(found[0].detail, errors=[{"pointer": m.pointer, "detail": m.detail} for m in found])
    standing = {str(d.id) for d in await queries.list_standing_diagnoses(tx, note.client_id)}
    if set(note.diagnosis_ids) - standing:
        raise Incomplete("A diagnosis is not one that stands for this client.", pointer="/diagnosis_ids")


async def facts_of(tx: Transaction, note: Note, said: dict[str, Any]) -> Facts:
    return Facts(
        kind=note.kind,
        format=note.format,
        content=said.get("content", {}),
        response=said.get("response"),
        started_at=note.started_at,
        ended_at=note.ended_at,
        place=note.place,
        client_location=said.get("client_location"),
        is_emergency_contact_checked=note.is_emergency_contact_checked,
        attendees=note.attendees,
        modalities=note.modalities,
        interventions=note.interventions,
        objective_ids=[UUID(i) for i in note.objective_ids],
        active_objective_ids=await queries.list_active_objective_ids(tx, note.client_id),
        diagnosis_ids=[UUID(i) for i in note.diagnosis_ids],
        risk=note.risk,
        risk_reason=said.get("risk_reason"),
    )
