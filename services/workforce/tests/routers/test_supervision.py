import json
from datetime import UTC, datetime, timedelta

from shared.contracts.gateway import AgencyChanged

TODAY = datetime.now(UTC).date() - timedelta(days=1)


async def pair(staff):
    associate, supervisor = await staff.clinician(), await staff.clinician()
    await staff.verified(associate, title="LPC-Associate")
    await staff.verified(supervisor, title="LPC")
    return associate, supervisor


def wish(associate, supervisor, **more):
    return {
        "supervisee_id": associate,
        "supervisor_id": supervisor,
        "licence_track": "LPC",
        "starts_on": str(TODAY),
    } | more


async def told(superuser, agency, name):
    rows = await superuser.fetch("SELECT data FROM outbox WHERE type = $2 AND agency_id = $1 ORDER BY id", agency, name)
    return [json.loads(row["data"]) for row in rows]


async def test_a_supervision_is_assigned_and_told(staff, superuser, receive, agency):
    await receive(AgencyChanged(agency_id=agency, timezone="America/Chicago"))
    associate, supervisor = await pair(staff)
    made = await staff.post("supervision-assignments", wish(associate, supervisor))
    assert (made.status_code, made.json()["status"]) == (201, "active")
    assert len(await told(superuser, agency, "supervision.assigned.v1")) == 1
    assert await told(superuser, agency, "supervision.ended.v1") == []


async def test_who_is_no_independent_practitioner_supervises_nobody(staff):
    associate, supervisor = await pair(staff)
    refused = await staff.post("supervision-assignments", wish(supervisor, associate))
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/supervisor-not-independent")
    own = await staff.post("supervision-assignments", wish(supervisor, supervisor))
    assert (own.status_code, own.json()["type"]) == (422, "/problems/own-supervisor")


async def test_it_ends_on_its_last_day(staff, ring, superuser, agency):
    made = await staff.post("supervision-assignments", wish(*await pair(staff)))
    url = f"supervision-assignments/{made.json()['id']}"
    last = TODAY + timedelta(days=30)
    assert (await staff.post(f"{url}/ending", {"ends_on": str(last)})).json()["status"] == "active"
    assert await told(superuser, agency, "supervision.ended.v1") == []
    await ring("supervision_day", made.json()["id"], datetime.now(UTC) + timedelta(days=31))
    ended = [(e["assignment_id"], e["ends_on"]) for e in await told(superuser, agency, "supervision.ended.v1")]
    assert ended == [(made.json()["id"], str(last))]
    assert (await staff.get(url)).json()["status"] == "ended"
    assert (await staff.post(f"{url}/ending", {"ends_on": str(last)})).status_code == 409


async def test_one_that_is_over_already_is_told_as_ended(staff, superuser, agency):
    made = await staff.post("supervision-assignments", wish(*await pair(staff), starts_on=str(TODAY - timedelta(9))))
    url = f"supervision-assignments/{made.json()['id']}"
    over = await staff.post(f"{url}/ending", {"ends_on": str(TODAY - timedelta(days=3))})
    assert over.json()["status"] == "ended"
    assert len(await told(superuser, agency, "supervision.ended.v1")) == 1


async def test_one_to_come_begins_on_its_first_day(staff, ring):
    first = TODAY + timedelta(days=10)
    made = await staff.post("supervision-assignments", wish(*await pair(staff), starts_on=str(first)))
    assert made.json()["status"] == "proposed"
    await ring("supervision_day", made.json()["id"], datetime.now(UTC) + timedelta(days=12))
    assert (await staff.get(f"supervision-assignments/{made.json()['id']}")).json()["status"] == "active"


async def test_both_sign_a_session_and_nobody_else_sees_it(staff, superuser, agency):
    associate, supervisor = await pair(staff)
    made = await staff.post("supervision-assignments", wish(associate, supervisor))
    session = {"assignment_id": made.json()["id"], "kind": "individual", "held_on": str(TODAY), "minutes": 60}
    logged = await staff.post("supervision-sessions", session, sub=associate, roles=("associate",))
    assert logged.status_code == 201
    heard = [(e["supervisee_id"], e["minutes"]) for e in await told(superuser, agency, "supervision.logged.v1")]
    assert heard == [(associate, 60)]
    url = f"supervision-sessions/{logged.json()['id']}/signature"
    assert (await staff.post(url, sub=associate)).json()["supervisee_signed_at"]
    assert (await staff.post(url, sub=associate)).status_code == 409
    assert (await staff.post(url, sub=supervisor)).json()["supervisor_signed_at"]
    assert (await staff.post(url)).status_code == 404
    assert (await staff.get("supervision-sessions", roles=("therapist",))).json()["items"] == []
    late = session | {"held_on": str(TODAY + timedelta(days=5))}
    assert (await staff.post("supervision-sessions", late, sub=associate)).status_code == 422
    before = session | {"held_on": str(TODAY - timedelta(days=1))}
    assert (await staff.post("supervision-sessions", before, sub=associate)).json()[
        "type"
    ] == "/problems/outside-assignment"
