"""What a service says of who sees whose rows is what the guard of its rows says."""

from datetime import timedelta
from uuid import uuid4

import pytest
from shared.access import relate


@pytest.mark.parametrize(
    ("reach", "is_related", "is_granted", "is_seen"),
    [("agency", False, False, True), ("caseload", True, False, True), ("caseload", False, False, False), ("own", False, True, True),
     ("own", True, False, False), ("disclosed", False, False, True), ("none", True, True, False), ("x", True, True, False)],
)  # fmt: skip
async def test_a_subject_sees_what_its_reach_and_relationships_give(
    http, bearer, database, principal, clock, reach, is_related, is_granted, is_seen
):
    staff, client = uuid4(), uuid4()
    async with database.transaction(principal()) as tx:
        ended = {"until": clock.now() - timedelta(days=1)}
        await relate(
            tx, staff_id=staff, client_id=client, kind="covering", since=clock.now() - timedelta(days=9), **ended
        )
        if is_related:
            await relate(tx, staff_id=staff, client_id=client, kind="care_team", since=clock.now(), until=None)
    asked = {
        "subject": str(staff),
        "reach": reach,
        "client_id": str(client),
        "clients": [str(client)] if is_granted else [],
    }
    answer = await http.post("/internal/sight", json=asked, headers=bearer("internal", roles=("system",)))
    assert answer.status_code == 200, answer.text
    assert answer.json() == {"is_seen": is_seen, "kinds": ["care_team"] if is_related else []}
    assert (await http.post("/internal/sight", json=asked, headers=bearer("loaves:read"))).status_code == 403
