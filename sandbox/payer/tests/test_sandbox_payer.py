from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from sandbox_payer.main import app


@pytest_asyncio.fixture
async def payer() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://payer.test") as client:
        await client.delete("/received")
        yield client


def bundle(member_id: str, identifier: str = "0190-1", units: int = 5) -> dict:
    claim = {
        "resourceType": "Claim",
        "use": "preauthorization",
        "identifier": [{"value": identifier}],
        "item": [
            {
                "sequence": 1,
                "quantity": {"value": units},
                "servicedPeriod": {"start": "2026-12-01", "end": "2027-02-28"},
            }
        ],
    }
    return {
        "resourceType": "Bundle",
        "entry": [{"resource": claim}, {"resource": {"resourceType": "Coverage", "subscriberId": member_id}}],
    }


def response(answer: httpx.Response) -> dict:
    return answer.json()["entry"][0]["resource"]


def action(item: dict) -> str:
    parts = item["adjudication"][0]["extension"][0]["extension"]
    return next(p["valueCodeableConcept"]["coding"][0]["code"] for p in parts if p["url"].endswith("reviewActionCode"))


@pytest.mark.parametrize(
    ("member", "code"),
    [
        ("A1000", "A1"),
        ("A2000", "A2"),
        ("A3000", "A3"),
        ("A4000", "A4"),
        ("A6000", "A6"),
        ("CT000", "CT"),
        ("ZZ000", "ZZ"),
        ("Q", "A1"),
    ],
)
async def test_the_member_id_chooses_the_action_and_the_outcome_is_always_complete(payer, member, code):
    found = response(await payer.post("/Claim/$submit", json=bundle(member)))
    assert (action(found["item"][0]), found["outcome"]) == (code, "complete")


async def test_a_modified_answer_keeps_the_line_and_puts_three_units_into_an_added_item(payer):
    found = response(await payer.post("/Claim/$submit", json=bundle("A6-1", units=5)))
    assert found["addItem"][0]["quantity"]["value"] == 3
    assert found["addItem"][0]["itemSequence"] == [1]


async def test_the_same_identifier_gets_the_same_number_and_counts_once(payer):
    numbers = {response(await payer.post("/Claim/$submit", json=bundle("A1-1")))["id"] for _ in range(3)}
    received = (await payer.get("/received")).json()
    assert (len(numbers), received["accepted"], received["claims"]) == (1, ["0190-1"], {"0190-1": 3})


async def test_a_failing_member_succeeds_at_the_second_attempt(payer):
    statuses = [(await payer.post("/Claim/$submit", json=bundle("S5-1"))).status_code for _ in range(2)]
    assert statuses == [503, 200]


async def test_a_pended_request_may_be_found_approved_later(payer):
    await payer.post("/Claim/$submit", json=bundle("A4A-1"))
    found = (await payer.post("/Claim/$inquire", json=bundle("A4A-1"))).json()
    assert action(found["parameter"][0]["resource"]["entry"][0]["resource"]["item"][0]) == "A1"


async def test_what_is_no_claim_is_refused(payer):
    assert (await payer.post("/Claim/$submit", json={"resourceType": "Bundle"})).status_code == 400


@pytest.mark.parametrize(
    ("member", "status", "required"), [("A1", ["1"], "Y"), ("IN", ["6"], "U"), ("UN", [], "U"), ("NA", ["1"], "N")]
)
async def test_eligibility_follows_the_script(payer, member, status, required):
    asked = {"id": "1", "member_id": member, "service_date": "2026-12-01", "service_types": ["MH"]}
    found = (await payer.post("/eligibility", json=asked)).json()["eb"]
    assert [eb["eb01"] for eb in found if eb["eb01"] in ("1", "6")] == status
    assert [eb["eb11"] for eb in found if eb.get("eb11")] == [required]
