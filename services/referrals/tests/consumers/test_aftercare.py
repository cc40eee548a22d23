from datetime import UTC, datetime, timedelta

from shared.contracts.clinical_records import DischargeFinalized
from shared.contracts.intake import ClientRegistered
from shared.db import uuid7

AT = datetime(2026, 11, 23, 17, tzinfo=UTC)


def discharge(scene, reason="goals_met"):
    return DischargeFinalized(
        discharge_id=uuid7(), client_id=scene.client_id, episode_id=uuid7(), reason_code=reason, discharged_on=AT.date()
    )


async def plans(scene, **who):
    return (await scene.get("aftercare-plans", **who)).json()["items"]


async def test_a_discharge_plans_one_follow_up_with_its_task(scene, receive, superuser):
    event = discharge(scene)
    same = await receive(event, at=AT)
    await receive(event, at=AT, id=same)
    (plan,) = await plans(scene)
    assert (plan["status"], datetime.fromisoformat(plan["due_at"])) == ("planned", AT + timedelta(days=7))
    rows = await superuser.fetch(
        "SELECT type, topic, data::text FROM outbox WHERE key = $1 ORDER BY id", str(scene.client_id)
    )
    assert [(row["type"], row["topic"]) for row in rows] == [
        ("aftercare.planned.v1", "referrals"),
        ("task.opened.v1", "referrals"),
    ]
    assert '"aftercare_followup"' in rows[1]["data"]
    assert '"case_manager"' in rows[1]["data"]
    assert "within 7 days" in rows[1]["data"]


async def test_the_contact_closes_the_task_once(scene, receive, superuser):
    await receive(discharge(scene), at=AT)
    (plan,) = await plans(scene)
    done = await scene.post(f"aftercare-plans/{plan['id']}/contact", {"outcome": "reached"})
    assert (done.status_code, done.json()["status"], done.json()["outcome"]) == (200, "done", "reached")
    assert (await scene.post(f"aftercare-plans/{plan['id']}/contact")).json()["type"] == "/problems/aftercare-done"
    closed = await superuser.fetchval(
        "SELECT count(*) FROM outbox WHERE type = 'task.closed.v1' AND key = $1", str(scene.client_id)
    )
    assert closed == 1


async def test_nobody_is_followed_up_after_death(scene, receive):
    await receive(discharge(scene, "deceased"), at=AT)
    assert await plans(scene) == []


async def test_the_list_is_for_case_managers_of_the_clinic(scene, receive):
    await receive(discharge(scene), at=AT)
    here, there = {"clinics": (str(scene.clinic_id),)}, {"clinics": (str(uuid7()),)}
    case_manager, therapist = (
        {"roles": ("case_manager",), "reach": "caseload"},
        {"roles": ("therapist",), "reach": "caseload"},
    )
    assert len(await plans(scene, **case_manager, **here)) == 1
    assert await plans(scene, **case_manager, **there) == []
    assert await plans(scene, **therapist, **here) == []


async def test_a_discharge_before_its_client_waits(scene, receive, superuser):
    stranger = uuid7()
    early = DischargeFinalized(
        discharge_id=uuid7(), client_id=stranger, episode_id=uuid7(), reason_code="goals_met", discharged_on=AT.date()
    )
    await receive(early, at=AT)
    assert (
        await superuser.fetchval("SELECT missing FROM parked WHERE aggregate_id = $1", early.discharge_id)
        == f"client:{stranger}"
    )
    await receive(ClientRegistered(client_id=stranger, clinic_id=scene.clinic_id, age_band="adult"))
    assert await superuser.fetchval("SELECT state FROM parked WHERE aggregate_id = $1", early.discharge_id) == "ready"
