"""Many people walk one journey at once: all do a step side by side, and time moves once for all of them."""

import random
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime

from trellis.api import Gateway
from trellis.journeys.course import Course, Step


class Meeting:
    """Where all wait for all. The last to come moves the clock to the latest time that any of them asked for."""

    def __init__(self, gateway: Gateway, people: int) -> None:
        self.gateway, self.wanted = gateway, set[datetime]()
        self.barrier = threading.Barrier(people, action=self.move)

    def come(self, at: datetime | None) -> None:
        if at:
            self.wanted.add(at)
        self.barrier.wait()

    def move(self) -> None:
        self.gateway.advance_to(max(self.wanted, default=self.gateway.now()))
        self.wanted.clear()


@dataclass
class Together(Course):
    """One person's way among others: whoever would move the clock waits until all would."""

    meeting: Meeting | None = None

    def move_to(self, at: datetime) -> None:
        if self.meeting:
            self.meeting.come(at)

    def settle(self) -> None:
        if self.meeting:
            self.meeting.come(None)


@dataclass
class Cohort:
    """The people of one seed, each with a therapist of their own, so that all are free at the same hour."""

    gateway: Gateway
    agency: str
    therapists: Sequence[str]
    seed: int
    courses: list[Together] = field(default_factory=list)

    def __post_init__(self) -> None:
        meeting = Meeting(self.gateway, len(self.therapists))
        self.courses = [
            Together(self.gateway, self.agency, name, chance=random.Random(f"{self.seed}:{name}"), meeting=meeting)
            for name in self.therapists
        ]
        self.meeting = meeting

    def walk(self, steps: Sequence[Step], say: Callable[[Step, int], None]) -> None:
        """Each step by all, then the next; `say` is told how many have done it. The first failure ends it for all."""
        with ThreadPoolExecutor(len(self.courses)) as threads:
            for step in steps:
                try:
                    self.take(step, [threads.submit(step.walk, course) for course in self.courses], say)
                except BaseException:
                    self.let_go()
                    raise

    def let_go(self) -> None:
        """Whoever still waits, for the others or for an answer, ends now."""
        self.meeting.barrier.abort()
        self.gateway.http.close()

    def take(self, step: Step, walking: Sequence[Future[str]], say: Callable[[Step, int], None]) -> None:
        left: set[Future[str]] = set(walking)
        while left:
            say(step, len(walking) - len(left))
            done, left = wait(left, 0.05, FIRST_EXCEPTION)
            for each in done:
                each.result()
        say(step, len(walking))
