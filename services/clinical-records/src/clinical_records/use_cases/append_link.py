from collections.abc import Mapping
from typing import Any
from uuid import UUID

from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.models import Note, NoteLink
from clinical_records.rules.signing import link_hash


async def append_link(
    tx: Transaction, note: Note, kind: str, source_id: UUID, content: str, *, signer: Mapping[str, Any], by: Principal
) -> None:
    """Chain what was signed to all that was signed about this client before."""
    client = await queries.lock_client(tx, note.client_id)
    number, previous = client.chain_length + 1, client.chain_hash
    link = link_hash(previous, number, kind, content)
    await tx.add(NoteLink(
        note_id=note.id, client_id=note.client_id, number=number, kind=kind, source_id=source_id, content_hash=content,
        previous_hash=previous, link_hash=link, signed_by=by.id, signer=dict(signer), signed_at=tx.now,
    ))  # fmt: skip
    client.chain_length, client.chain_hash = number, link
    await tx.save(client)
