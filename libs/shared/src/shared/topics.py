"""The topics: two per producer, twelve partitions each, for ever (decision 7)."""

import contextlib
from collections.abc import Sequence
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.errors import IncompatibleBrokerVersion, TopicAlreadyExistsError

PARTITIONS = 12


async def create(bootstrap_servers: str, names: Sequence[str], *, replicas: int = 1, **access: Any) -> None:
    """Create what is not there; widen what is too narrow. `access` is what kafka_options says beside the address."""
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap_servers, **access)
    await admin.start()
    try:
        there = {found["topic"]: len(found["partitions"]) for found in await admin.describe_topics()}
        if narrow := [name for name in names if 0 < there.get(name, 0) < PARTITIONS]:
            await widen(admin, narrow)
        await make(admin, [name for name in names if name not in there], replicas)
    finally:
        await admin.close()


async def make(admin: AIOKafkaAdminClient, names: Sequence[str], replicas: int) -> None:
    for name in names:
        with contextlib.suppress(TopicAlreadyExistsError):
            await admin.create_topics([NewTopic(name, PARTITIONS, replicas)])


async def widen(admin: AIOKafkaAdminClient, names: Sequence[str]) -> None:
    """The embedded broker makes topics by itself, too narrow, and cannot widen them: there they are made anew. What
    they held is in the producer's log, and consumers ask for it again (decision 11)."""
    try:
        await admin.create_partitions({name: NewPartitions(PARTITIONS) for name in names})
    except IncompatibleBrokerVersion:
        await admin.delete_topics(list(names))
        await make(admin, names, 1)
