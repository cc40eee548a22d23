"""The topics: two per producer, twelve partitions each, for ever (decision 7)."""

import contextlib
from collections.abc import Sequence

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import TopicAlreadyExistsError

PARTITIONS = 12


async def create(bootstrap_servers: str, names: Sequence[str], *, replicas: int = 1) -> None:
    """Create what is not there. A topic that the embedded broker made by itself, too narrow, is made anew: what it held
    is in the producer's log, and consumers ask for it again (decision 11). Apache Kafka makes none by itself."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers)
    await admin.start()
    try:
        there = {found["topic"]: len(found["partitions"]) for found in await admin.describe_topics()}
        if narrow := [name for name in names if 0 < there.get(name, 0) < PARTITIONS]:
            await admin.delete_topics(narrow)
        for name in [name for name in names if name not in there or name in narrow]:
            with contextlib.suppress(TopicAlreadyExistsError):
                await admin.create_topics([NewTopic(name, PARTITIONS, replicas)])
    finally:
        await admin.close()
