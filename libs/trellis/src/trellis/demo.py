"""`trellis demo`: a journey on the platform that runs, or on one of its own, and what it moved."""

import importlib
import os
import shutil
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from trellis.api import Gateway
from trellis.brokers import what_it_is
from trellis.journeys.course import Course, checks_table, trail_table, walk_all
from trellis.layout import Layout, gateway_url, layout_from
from trellis.machine import only_one
from trellis.plan import AGENCIES
from trellis.problems import Trouble
from trellis.seed import await_seed, forget_cut_seed, seed_once
from trellis.show import console

JOURNEYS = {"J0": "trellis.journeys.j0", "J1": "trellis.journeys.j1", "CONSENT": "trellis.journeys.consent"}
UNSEEDED = frozenset({"J0"})
"""Those that begin with nothing."""


def walk(name: str) -> bool:
    """Walk the journey; False when a check failed."""
    if name.upper() not in JOURNEYS:
        raise Trouble(f"No journey {name}: there are {', '.join(JOURNEYS)}.")
    journey: Any = importlib.import_module(JOURNEYS[name.upper()])
    is_seeded = name.upper() not in UNSEEDED
    with a_platform(is_seeded=is_seeded) as url, Gateway(url) as gateway:
        course = Course(gateway, AGENCIES[0].slug)
        console.print(f"[bold]{name.upper()}[/bold] {journey.__doc__.splitlines()[0]} [dim]{url}[/dim]\n")
        walk_all(course, journey.STEPS)
        return show(course, journey)


def show(course: Course, journey: Any) -> bool:
    """The trail, the times, the checks."""
    earlier = course.facts.get("earlier", ())
    trail = [event for event in course.gateway.trail(course.facts["client_id"]) if event["event_id"] not in earlier]
    journey.check_trail(course, trail)
    console.print()
    many = getattr(journey, "MANY", ())
    console.print(trail_table([event for event in trail if not event["event"].startswith(many)]))
    times = sorted(effect["ms"] for event in trail for effect in event["effects"])
    if times:
        console.print(
            f"[dim]{len(trail)} events, {len(times)} effects; from commit to effect: "
            f"median {statistics.median(times):.0f} ms, longest {times[-1]:.0f} ms[/dim]\n"
        )
    console.print(checks_table(course.checks))
    failed = [check for check in course.checks if not check.holds]
    verdict = (
        f"[red]{len(failed)} of {len(course.checks)} checks failed[/red]"
        if failed
        else "[green]All checks hold[/green]"
    )
    console.print(f"\n{verdict} ({len(course.checks)}).")
    return not failed


@contextmanager
def a_platform(*, is_seeded: bool = True) -> Iterator[str]:
    """The address of the platform that runs, or of one started for this journey alone."""
    url = gateway_url()
    if is_running(url):
        with Gateway(url) as gateway:
            await_seed(gateway, layout_from(os.environ), is_needed=is_seeded)
        yield url
        return
    if os.environ.get("TRELLIS_GATEWAY_URL"):
        raise Trouble(f"No platform answers at {url}.")
    from trellis.stack import platform

    layout = layout_from(os.environ) if is_seeded else from_nothing()
    console.print(f"No platform runs at {url}: starting one for this journey.\n{what_it_is(layout)}")
    with only_one(layout):
        forget_cut_seed(layout)
        with platform(layout):
            if is_seeded:
                seed_once(layout)
            yield layout.gateway_url


def from_nothing() -> Layout:
    """A state folder of its own, emptied: the sandbox that `make run` keeps stays as it is."""
    folder = layout_from(os.environ).state / "from-nothing"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["TRELLIS_STATE"] = str(folder)
    return layout_from(os.environ)


def is_running(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health/ready", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False
