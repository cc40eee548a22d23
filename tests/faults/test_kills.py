"""T1 to T4: kill -9 between any two steps, under load."""

from storm import Storm, weathered


async def test_forty_kills_lose_nothing_and_double_nothing(stack, agency, seed):
    storm = Storm(stack, agency, seed, kills=40)
    weather = await weathered(stack, agency, storm)
    print(weather)
    assert weather.kills >= 40 and not weather.ended_by_themselves
    assert weather.findings.acknowledged > 100 and weather.findings.is_clean, weather.findings.details
