from workforce.rules.tasks import NEXT, TaskStatus, oversees


def test_closed_stays_closed():
    assert {TaskStatus.OPEN: {TaskStatus.CLOSED}, TaskStatus.CLOSED: set()} == NEXT


def test_who_oversees():
    assert oversees(frozenset({"therapist", "clinical_supervisor"}))
    assert not oversees(frozenset({"therapist", "front_desk", "system"}))
    assert not oversees(frozenset())
