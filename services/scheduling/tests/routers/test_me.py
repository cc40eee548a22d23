"""A client's own appointments."""

from typing import Any
from uuid import uuid4

import pytest
from shared.db import uuid7


@pytest.fixture
def own(http: Any, bearer: Any, scene: Any, app: Any) -> Any:
    """A reading by an account of this client, where the decision permits what it is asked about `permitted`."""

    async def get(path: str, *, client: Any = None, is_permitted: bool = True) -> Any:
        async def decide(by: Any, questions: Any) -> Any:
            answer = {"is_permitted": is_permitted, "rule_id": "rule", "consent_id": None, "obligations": []}
            return {"items": [answer] * len(questions), "valid_for_ms": 1000}

        app.state.exits.ask = decide
        clients = [str(client or scene.client_id)]
        headers = bearer("own-records:read", roles=("client_portal",), sub=uuid4(), reach="own", clients=clients)
        return await http.get(f"/v1/me/appointments{path}", headers=headers)

    return get


@pytest.fixture
async def booked(http: Any, bearer: Any, scene: Any) -> str:
    headers = {**bearer("appointments:write", roles=("scheduler",)), "Idempotency-Key": str(uuid7())}
    made = await http.post("/v1/appointments", json=scene.wish(), headers=headers)
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


async def test_ones_own_and_nobody_elses(own: Any, booked: str, scene: Any, superuser: Any, agency: Any) -> None:
    listed = f"?client_id={scene.client_id}"
    shown = (await own(listed)).json()["items"]
    assert [one["id"] for one in shown] == [booked] and "warnings" not in shown[0]
    assert (await own(f"/{booked}")).status_code == 200
    assert (await own(f"/{booked}", client=uuid4())).status_code == 404
    assert (await own(listed, client=uuid4())).status_code == 404
    found = await superuser.fetch(
        "SELECT DISTINCT action FROM audit WHERE agency_id = $1 AND purpose = 'PATRQT' AND outcome = 'success'", agency
    )
    assert {row["action"] for row in found} == {"appointment.list", "appointment.read"}


async def test_what_the_decision_refuses_is_as_if_it_were_not_there(own: Any, booked: str, scene: Any) -> None:
    refused = (await own(f"/{booked}", is_permitted=False)).json()
    assert refused | {"instance": ""} == (await own(f"/{uuid4()}")).json() | {"instance": ""}
    listed = await own(f"?client_id={scene.client_id}", is_permitted=False)
    assert listed.json() == {"items": [], "next_cursor": None}
