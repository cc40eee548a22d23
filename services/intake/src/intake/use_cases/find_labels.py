from uuid import UUID

from privacy import DataClass, codings, label_at_write
from shared.db import Transaction

from intake import queries


async def find_labels(
    tx: Transaction, data_class: DataClass, client_id: UUID | None, episode_id: UUID | None
) -> list[str]:
    """The labels at write: by class, and by Part 2 where the row's episode is of it; of a row of none, any."""
    return codings(label_at_write(data_class, await queries.list_part2_marks(tx, client_id, episode_id)))
