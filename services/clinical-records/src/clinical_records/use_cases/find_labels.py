from uuid import UUID

from privacy import DataClass, codings, label_of
from shared.db import Transaction

from clinical_records import queries


async def find_labels(tx: Transaction, data_class: DataClass, client_id: UUID, episode_id: UUID | None) -> list[str]:
    """The labels at write: by class, and by Part 2 where the record's episode is of it; of a record of none, any."""
    is_part2 = await queries.is_part2(tx, client_id, episode_id)
    return codings(label_of(data_class, is_part2=is_part2))
