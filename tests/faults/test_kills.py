"""T1 to T4: kill -9 between any two steps, under load."""

import os

import pytest
from check import on_the_topic
from load import ALSO, NO_FAX
from storm import MOMENT, POINTS, Storm, weathered

KILLS = int(os.environ.get("TRELLIS_KILLS", "15"))
NO_FAXES = {role: tuple(point for point in points if "outbound" not in point) for role, points in POINTS.items()}


async def storm_of(stack, agency, seed, kills, also=NO_FAX, **points):
    storm = Storm(stack, agency, seed, kills, points or NO_FAXES, also)
    weather = await weathered(stack, agency, storm, patience=60 if also == NO_FAX else 120)
    print(weather)
    assert weather.kills >= kills and not weather.ended_by_themselves
    assert weather.findings.acknowledged and weather.findings.is_clean, weather.findings.details
    return weather


@pytest.mark.broker
async def test_kills_of_everything_lose_nothing_double_nothing_and_keep_the_order(stack, agency, seed):
    await storm_of(stack, agency, seed, KILLS)


@pytest.mark.long
async def test_t1_killed_between_commit_and_publish(stack, agency, seed):
    await storm_of(stack, agency, seed, 20, api=("edge.committed",), worker=("relay.sequenced",))


@pytest.mark.long
async def test_t2_killed_between_acknowledgement_and_cursor(stack, agency, seed):
    before = (await on_the_topic(stack, "bakery")).total()
    await storm_of(stack, agency, seed, 8, worker=("relay.acked",))
    seen = await on_the_topic(stack, "bakery")
    print(f"{seen.total() - before} messages, {seen.total() - len(seen)} of all sent twice")
    assert seen.total() > len(seen), "no duplicate on the topic: the test does not bite"


@pytest.mark.long
async def test_t3_killed_between_effect_and_offset(stack, agency, seed):
    await storm_of(stack, agency, seed, 3, eater=("consumer.committed", "consumer.applied"))


@pytest.mark.long
async def test_t4_killed_within_a_transaction(stack, agency, seed):
    await storm_of(stack, agency, seed, 15, api=("edge.written", MOMENT))


@pytest.mark.long
async def test_timers_and_faxes_killed_between_effect_and_mark(stack, agency, seed):
    weather = await storm_of(
        stack, agency, seed, 10, ALSO, worker=("timer.applied", "outbound.leased", "outbound.sent")
    )
    assert weather.faxes["received"] >= weather.faxes["identifiers"] > 0
