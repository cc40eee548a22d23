"""What must not be found where nobody may read it, and every byte that went over the topics."""

import re

from aiokafka import AIOKafkaConsumer, TopicPartition

CANARIES = re.compile(
    rb"Sample Client|Demo Person|Person [A-Z][a-z]{5}|Sample narrative|subjective|\+1 872 555|DEMO-[A-Z]{6}|"
    rb"(?<![\d-])19[3-9]\d-\d\d-\d\d(?!T)"
)


async def messages(servers):
    """Every byte that ever went over every topic: keys, values, headers."""
    consumer = AIOKafkaConsumer(bootstrap_servers=servers, enable_auto_commit=False)
    await consumer.start()
    try:
        names = [n for n in await consumer.topics() if not n.startswith("__")]
        places = [TopicPartition(n, p) for n in names for p in consumer.partitions_for_topic(n) or ()]
        consumer.assign(places)
        await consumer.seek_to_beginning(*places)
        ends = await consumer.end_offsets(places)
        found = []
        while any([await consumer.position(place) < ends[place] for place in places]):
            for records in (await consumer.getmany(timeout_ms=500)).values():
                found += [b"|".join([r.key or b"", r.value or b"", *(v for _, v in r.headers)]) for r in records]
        return found
    finally:
        await consumer.stop()
