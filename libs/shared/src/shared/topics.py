"""The topics: two per producer, twelve partitions each, for ever (decision 7)."""

import contextlib
from collections.abc import Sequence

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError

PARTITIONS = 12


async def create(bootstrap_servers: str, names: Sequence[str], *, replicas: int = 1) -> None:
    """Create what is not there. A topic that exists is left as it is."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        there = set(await admin.list_topics())
        for name in [name for name in names if name not in there]:
            with contextlib.suppress(TopicAlreadyExistsError):
                await admin.create_topics([NewTopic(name, PARTITIONS, replicas)])
    finally:
        await admin.close()
