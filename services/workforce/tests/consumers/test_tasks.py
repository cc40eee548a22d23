from datetime import UTC, datetime, timedelta

import pytest
from shared.contracts.clinical_records import CareTeamChanged
from shared.contracts.tasks import TaskClosed, TaskOpened
from shared.db import uuid7

NOW = datetime.now(UTC)
LATER = NOW + timedelta(days=7)
SOURCES = ("gateway", "intake", "clinical-records", "scheduling", "referrals", "authorizations", "workforce")


def task(**more):
    told = {
        "task_id": uuid7(),
        "kind": "aftercare_followup",
        "subject_id": uuid7(),
        "due_at": LATER,
        "rule": "A sample rule.",
    }
    return TaskOpened(**told | more)


async def mine(staff, **who):
    found = (await staff.get("tasks?mine=true&status=open", **who)).json()["items"]
    return [item["id"] for item in found]


@pytest.mark.parametrize("source", SOURCES)
async def test_tasks_come_from_every_service(staff, receive, source):
    me = uuid7()
    event = task(assignee_id=me)
    same = await receive(event, source=source)
    await receive(event, source=source, id=same)
    assert await mine(staff, sub=me, roles=("therapist",)) == [str(event.task_id)]


async def test_a_role_has_its_tasks_at_its_clinics(staff, receive):
    clinic = uuid7()
    event = task(role="case_manager", clinic_id=clinic, client_id=uuid7())
    await receive(event, source="referrals")
    who = {"reach": "caseload"}
    assert await mine(staff, roles=("case_manager",), clinics=(str(clinic),), **who) == [str(event.task_id)]
    assert await mine(staff, roles=("case_manager",), clinics=(str(uuid7()),), **who) == []
    assert await mine(staff, roles=("therapist",), clinics=(str(clinic),), **who) == []


async def test_a_care_team_sees_its_clients_tasks_but_does_not_close_them(staff, receive):
    client, me = uuid7(), uuid7()
    event, who = task(client_id=client, role="billing_ur"), {"sub": me, "roles": ("therapist",), "reach": "caseload"}
    await receive(event, source="authorizations")
    url = f"tasks/{event.task_id}"
    assert (await staff.get(url, **who)).status_code == 404
    await receive(CareTeamChanged(membership_id=uuid7(), client_id=client, member_id=me, role="therapist", since=NOW))
    assert (await staff.get(url, **who)).status_code == 200
    assert await mine(staff, **who) == []
    assert len((await staff.get(f"tasks?client_id={client}", **who)).json()["items"]) == 1
    assert (await staff.post(f"{url}/closure", **who)).status_code == 404


async def test_acknowledged_then_closed_and_told_once(staff, receive, superuser):
    me = uuid7()
    event = task(assignee_id=me)
    await receive(event, source="intake")
    url = f"tasks/{event.task_id}"
    taken = await staff.post(f"{url}/acknowledgement", sub=me)
    assert (taken.json()["status"], taken.json()["acknowledged_by"]) == ("open", str(me))
    closed = await staff.post(f"{url}/closure", {"reason": "done"}, sub=me)
    assert (closed.json()["status"], closed.json()["close_reason"]) == ("closed", "done")
    assert (await staff.post(f"{url}/closure", sub=me)).status_code == 409
    assert (await staff.post(f"{url}/acknowledgement", sub=me)).json()["type"] == "/problems/task-not-open"
    assert await mine(staff, sub=me) == []
    await receive(TaskClosed(task_id=event.task_id, reason="late", at=NOW), source="workforce")
    assert (await staff.get(url, sub=me)).json()["close_reason"] == "done"
    told = await superuser.fetchval(
        "SELECT count(*) FROM outbox WHERE type = 'task.closed.v1' AND key = $1", str(event.task_id)
    )
    assert told == 1


async def test_the_service_that_opened_it_closes_it(staff, receive):
    me = uuid7()
    event = task(assignee_id=me)
    await receive(event, source="clinical-records")
    await receive(TaskClosed(task_id=event.task_id, reason="signed", at=NOW), source="clinical-records")
    found = (await staff.get(f"tasks/{event.task_id}", sub=me)).json()
    assert (found["status"], found["close_reason"]) == ("closed", "signed")


async def test_a_closing_that_comes_first_waits(receive, superuser):
    event = task(assignee_id=uuid7())
    await receive(TaskClosed(task_id=event.task_id, reason="signed", at=NOW), source="clinical-records")
    await receive(event, source="intake")
    assert await superuser.fetchval("SELECT state FROM parked WHERE aggregate_id = $1", event.task_id) == "ready"


async def test_overdue_is_flagged_once_and_only_while_open(staff, receive, ring, superuser):
    me = uuid7()
    event = task(assignee_id=me)
    await receive(event, source="intake")
    due = await superuser.fetchval("SELECT due_at FROM timer WHERE subject = $1", event.task_id)
    assert due == event.due_at
    await ring("task_overdue", str(event.task_id), LATER)
    assert (await staff.get(f"tasks/{event.task_id}", sub=me)).json()["is_overdue"]
    await staff.post(f"tasks/{event.task_id}/closure", sub=me)
    assert (
        await superuser.fetchval("SELECT count(*) FROM timer WHERE subject = $1 AND fired_at IS NULL", event.task_id)
        == 0
    )


async def test_another_agency_sees_nothing(staff, receive):
    me = uuid7()
    event = task(assignee_id=me)
    await receive(event, source="intake")
    assert (await staff.get(f"tasks/{event.task_id}", sub=me, agency_id=uuid7())).status_code == 404
