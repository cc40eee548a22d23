import threading
from datetime import UTC, datetime, timedelta

import pytest
from trellis.api import Gateway
from trellis.cohort import Cohort
from trellis.journeys.course import Course, Step

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


class StillGateway(Gateway):
    """A gateway that only notes where its clock was moved to."""

    moved: list[datetime]

    def now(self) -> datetime:
        return NOW

    def advance_to(self, at: datetime) -> dict[str, object]:
        self.moved.append(at)
        return {}


def cohort(people: int) -> tuple[Cohort, StillGateway]:
    gateway = StillGateway("http://gateway.example")
    gateway.moved = []
    return Cohort(gateway, "alder", [f"therapist-of-{number}" for number in range(people)], 7), gateway


def test_time_moves_once_for_all_and_to_the_latest_that_anybody_asked_for() -> None:
    found, gateway = cohort(3)

    def walk(course: Course) -> str:
        course.move_to(NOW + timedelta(hours=found.courses.index(course)))  # type: ignore[arg-type]
        course.settle()
        return ""

    found.walk([Step("all", "wait", walk)], lambda step, done: None)
    assert gateway.moved == [NOW + timedelta(hours=2), NOW]


def test_the_first_failure_ends_it_for_those_who_wait() -> None:
    found, _ = cohort(2)

    def walk(course: Course) -> str:
        if course is found.courses[0]:
            raise ZeroDivisionError
        course.settle()
        return ""

    with pytest.raises(ZeroDivisionError):
        found.walk([Step("all", "wait", walk)], lambda step, done: None)
    assert threading.active_count() == 1


def test_one_seed_draws_the_same_people() -> None:
    drawn = [[course.chance.random() for course in cohort(2)[0].courses] for _ in "ab"]
    assert drawn[0] == drawn[1] and drawn[0][0] != drawn[0][1]
