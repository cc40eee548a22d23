from uuid import UUID

from cryptography.exceptions import InvalidTag
from shared.auth import Principal
from shared.db import Transaction

from clinical_records import queries
from clinical_records.models import NoteLink
from clinical_records.rules.signing import link_hash
from clinical_records.schemas.notes import ChainOut
from clinical_records.use_cases.digest_note import digest_note
from clinical_records.use_cases.open_content import open_content


async def verify_chain(tx: Transaction, client_id: UUID, *, by: Principal) -> ChainOut:
    """Whether all that was signed about a client is still what was signed."""
    client = await queries.get_client(tx, client_id)
    links = await queries.list_links(tx, client_id)
    tx.audit("note_chain.verify", subject=client_id, by=by)
    previous, broken_at = "", None
    for number, link in enumerate(links, start=1):
        holds = link.number == number and link.previous_hash == previous
        holds = holds and link.link_hash == link_hash(previous, number, link.kind, link.content_hash)
        if not (holds and await is_unchanged(tx, link)):
            broken_at = number
            break
        previous = link.link_hash
    if broken_at is None and (client.chain_length, client.chain_hash) != (len(links), previous):
        broken_at = len(links) + 1
    return ChainOut(client_id=client_id, length=len(links), is_intact=broken_at is None, broken_at=broken_at)


async def is_unchanged(tx: Transaction, link: NoteLink) -> bool:
    """A note's own words and codes still have the hash that was signed."""
    if link.kind != "note":
        return True
    note = await queries.lock_note_bare(tx, link.source_id)
    try:
        return digest_note(note, await open_content(tx, note)) == link.content_hash
    except InvalidTag:
        return False
