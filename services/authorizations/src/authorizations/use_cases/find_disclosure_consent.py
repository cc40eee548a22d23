from uuid import UUID

from shared.db import Transaction

from authorizations import queries
from authorizations.errors import ConsentMissing
from authorizations.rules.consents import PART2_TPO, in_force


async def find_disclosure_consent(tx: Transaction, client_id: UUID) -> UUID | None:
    """The consent a disclosure to a payer rests on. Only a Part 2 record needs one; without it nothing is sent."""
    episodes = await queries.list_open_episodes(tx, client_id)
    if not any(episode.is_part2 for episode in episodes):
        return None
    consents = [c for c in await queries.list_consents(tx, client_id) if c.type == PART2_TPO and in_force(c, tx.now)]
    if not consents:
        raise ConsentMissing("A Part 2 record goes to a payer only with an active consent of type part2_tpo.")
    return consents[-1].id
