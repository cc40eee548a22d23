"""The gate against the sandbox payer itself, with intake played by a table of answers."""

from types import SimpleNamespace
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from authorizations.integrations import PayerGate
from authorizations.main import PORTS
from authorizations.neighbours import permit_of, read_card
from authorizations.settings import Settings
from sandbox_payer.main import app as payer_app
from shared.auth import Principal
from shared.errors import Unavailable
from shared.outbound import Attempt


class Intake:
    """Answers as intake's routes do, and remembers what it was asked."""

    def __init__(self):
        self.permits, self.reachable, self.asked, self.valid_for_ms = True, True, [], 1000

    async def evaluate_disclosures(self, questions, *, on_behalf_of):
        return await self.post(
            "intake",
            "/v1/disclosures/evaluation",
            json={"items": questions},
            on_behalf_of=on_behalf_of,
            purpose=on_behalf_of.purpose,
        )

    async def post(self, service, path, *, json, on_behalf_of, purpose):
        if not self.reachable:
            raise Unavailable
        self.asked.append((path, purpose))
        if path.endswith("/cards"):
            card = {
                "legal_first_name": "Sample Client",
                "legal_last_name": "03",
                "date_of_birth": "1990-01-02",
                "administrative_sex": "female",
            }
            return {"items": [{"client_id": client, **card} for client in json["client_ids"]]}
        items = [{"is_permitted": self.permits} for _ in json["items"]]
        return {"items": items, "valid_for_ms": self.valid_for_ms}


@pytest_asyncio.fixture
async def outside(database, service, agency, superuser):
    gate, intake = PayerGate(Settings(), read_card, permit_of), Intake()
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=payer_app)) as http:
        await http.delete("http://payer.test/received")
        gate.open(database, intake, http)

        async def send(*, record=True):
            row = await superuser.fetchrow(
                "SELECT * FROM outbound WHERE agency_id = $1 AND state = 'pending' ORDER BY id DESC LIMIT 1", agency
            )
            by = Principal.system(service, agency_id=agency, caused_by=str(row["id"]))
            attempt = Attempt(row["id"], agency, row["kind"], row["subject"], row["target"], {}, 1, by)
            sends = {
                "payer.submit": gate.submit,
                "payer.inquire": gate.inquire,
                "payer.eligibility": gate.ask_eligibility,
            }
            outcome = await sends[attempt.kind](attempt)
            if record and outcome.is_final:
                async with database.transaction(by, request_id="outbound", cause=row["id"]) as tx:
                    await PORTS[attempt.kind].record(tx, attempt, outcome)
                await superuser.execute("UPDATE outbound SET state = 'sent' WHERE id = $1", row["id"])
            return outcome

        async def received():
            return (await http.get("http://payer.test/received")).json()

        yield SimpleNamespace(send=send, intake=intake, received=received)


async def submitted(course, member_id):
    await course.begin()
    request = await course.draft(await course.cover(adapter="pas_fhir", member_id=member_id), units=5)
    await course.call("POST", f"/v1/authorization-requests/{request}/submission", expect=201)
    return request


@pytest.mark.parametrize(
    ("member", "status", "approved"),
    [
        ("A1-1", "approved", [5]),
        ("A6-1", "modified", [3]),
        ("A2-1", "partially_approved", [2]),
        ("A4-1", "pended", []),
        ("A3-1", "denied", []),
        ("CT-1", "contact_payer", []),
        ("NA-1", "not_required", []),
        ("ZZ-1", "needs_review", []),
        ("R4-1", "rejected", []),
    ],
)
async def test_the_payers_answer_decides_and_only_a_grant_opens_units(course, outside, member, status, approved):
    request = await submitted(course, member)
    await outside.send()
    assert (await course.call("GET", f"/v1/authorization-requests/{request}"))["status"] == status
    found = (await course.call("GET", f"/v1/authorizations?client_id={course.client}"))["items"]
    assert [authorization["approved"] for authorization in found] == approved
    assert len(await course.told("disclosure.made.v1")) == (0 if status == "rejected" else 1)


async def test_a_request_sent_again_is_one_request_to_the_payer(course, outside):
    request = await submitted(course, "A1-1")
    for _ in range(3):
        await outside.send(record=False)
    await outside.send()
    received = await outside.received()
    assert (received["accepted"], received["claims"]) == ([request], {request: 4})


async def test_a_payer_that_is_down_is_asked_again_later(course, outside):
    await submitted(course, "S5-1")
    assert (await outside.send()).is_final is False
    assert (await outside.send()).is_sent is True


async def test_nothing_leaves_when_intake_says_no_or_cannot_be_asked(course, outside):
    request = await submitted(course, "A1-1")
    outside.intake.reachable = False
    with pytest.raises(Unavailable):
        await outside.send()
    outside.intake.reachable, outside.intake.permits = True, False
    await outside.send()
    found = await course.call("GET", f"/v1/authorization-requests/{request}")
    assert (found["status"], found["finding"]) == ("rejected", "disclosure_denied")
    assert (await outside.received())["claims"] == {}
    assert all(path != "/v1/clients/cards" for path, _ in outside.intake.asked)


async def test_an_answer_that_comes_after_a_persons_decision_changes_nothing(course, outside):
    request = await submitted(course, "A3-1")
    said = {"action_code": "A1", "number": "X-9", "evidence_reference": "telephone note"}
    await course.call("POST", f"/v1/authorization-requests/{request}/decision", said, 201)
    await outside.send()
    assert (await course.call("GET", f"/v1/authorization-requests/{request}"))["status"] == "approved"


async def test_a_pended_request_is_approved_by_an_inquiry(course, outside):
    request = await submitted(course, "A4A-1")
    await outside.send()
    await course.call("POST", f"/v1/authorization-requests/{request}/inquiry", expect=202)
    await outside.send()
    assert (await course.call("GET", f"/v1/authorization-requests/{request}"))["status"] == "approved"
    assert len(await course.told("disclosure.made.v1")) == 1


@pytest.mark.parametrize(
    ("member", "status", "flag"),
    [
        ("A1-1", "active", "Y"),
        ("NA-1", "active", "N"),
        ("IN-1", "inactive", "U"),
        ("UN-1", "unknown", "U"),
        ("ER-1", "error", "U"),
    ],
)
async def test_eligibility_is_answered_with_its_flags(course, outside, member, status, flag):
    await course.begin()
    coverage = await course.cover(adapter="pas_fhir", member_id=member)
    asked = {"coverage_id": coverage, "service_date": "2026-12-01", "service_types": ["MH"]}
    check = await course.call("POST", "/v1/eligibility-checks", asked, 202)
    assert check["status"] == "pending"
    await outside.send()
    found = await course.call("GET", f"/v1/eligibility-checks/{check['id']}")
    assert (found["status"], found["auth_required"]) == (status, {"MH": flag})
    assert [e["auth_required"] for e in await course.told("eligibility.checked.v1")] == [{"MH": flag}]
    assert UUID(check["id"])
