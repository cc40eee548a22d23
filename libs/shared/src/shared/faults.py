"""Fault points: places where a test has this process die, stop or fail. Armed by the environment, in sandbox mode only.

`TRELLIS_FAULTPOINT=relay.acked:3:kill` kills the process the third time it comes to `relay.acked`. Several are parted
by commas. Off, a point costs one look at an empty dict.
"""

import os
import signal
import time
from collections.abc import Mapping

ACTIONS = ("kill", "raise", "sleep")
POINTS = (
    "edge.written",  # everything of a request is in its transaction; COMMIT comes next
    "edge.committed",  # committed; neither told to the relay nor answered
    "relay.sequenced",  # moved into the log; nothing of it published
    "relay.acked",  # acknowledged by the broker; the cursor not yet saved
    "consumer.applied",  # effects of a batch are in its transaction; COMMIT comes next
    "consumer.committed",  # committed; the broker's offset not yet saved
    "timer.applied",  # a timer's effect and mark are in its transaction
    "outbound.leased",  # an intent is leased; nothing sent
    "outbound.sent",  # sent; the outcome not yet recorded
)
ASLEEP = 20.0

armed: dict[str, tuple[int, str]] = {}


class FaultInjected(ConnectionError):
    """What `raise` raises: seen by our code as a broken connection."""


def arm(told: str) -> None:
    """Read `NAME:NTH:ACTION[,…]`; ValueError for a point or an action that there is not."""
    armed.clear()
    for one in filter(None, told.split(",")):
        name, nth, action = one.split(":")
        if name not in POINTS or action not in ACTIONS:
            raise ValueError(f"{one}: points are {', '.join(POINTS)}; actions are {', '.join(ACTIONS)}.")
        armed[name] = (int(nth), action)


def arm_from(environ: Mapping[str, str], *, is_sandbox: bool) -> None:
    if is_sandbox:
        arm(environ.get("TRELLIS_FAULTPOINT", ""))


def hit(name: str) -> None:
    """A fault point. Does nothing unless armed."""
    if armed:
        strike(name)


def strike(name: str) -> None:
    left, action = armed.get(name, (0, ""))
    if left > 1:
        armed[name] = (left - 1, action)
    elif left == 1:
        del armed[name]
        if action == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        if action == "sleep":
            time.sleep(ASLEEP)
        if action == "raise":
            raise FaultInjected(name)
