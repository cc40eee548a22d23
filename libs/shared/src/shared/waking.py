"""How the loops beside the requests sleep: until something may be there for them, not by the clock alone."""

import asyncio
import contextlib


async def rest(wake: asyncio.Event, most: float, least: float = 0.0) -> None:
    """Sleep until woken: `most` seconds at most, `least` at least, so that a thousand wake-ups are few looks."""
    await asyncio.sleep(least)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(max(most - least, 0)):  # wait_for of Python 3.11 may swallow a cancellation
            await wake.wait()
    wake.clear()
