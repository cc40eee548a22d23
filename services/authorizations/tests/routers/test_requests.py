from datetime import datetime, timedelta

import pytest
from shared.contracts.intake import ConsentGranted, ConsentRevoked
from shared.db import real_now, uuid7


async def submitted(course, **more):
    request = await course.draft(await course.cover(**more))
    return await course.call("POST", f"/v1/authorization-requests/{request}/submission", expect=201)


async def decide(course, request, expect=201, **said):
    body = {"evidence_reference": "portal page 2", **said}
    return await course.call("POST", f"/v1/authorization-requests/{request}/decision", body, expect)


async def test_a_portal_request_waits_for_a_person_and_its_clock_runs_seven_days(course):
    await course.begin()
    request = await submitted(course)
    assert (request["status"], request["clock_basis"]) == ("submitted", "cms-0057-f")
    spent = datetime.fromisoformat(request["due_at"]) - datetime.fromisoformat(request["submitted_at"])
    assert spent == timedelta(days=7)
    assert await course.tasks() == ["ur_portal_submission"]
    disclosed = await course.told("disclosure.made.v1")
    assert [d["purpose"] for d in disclosed] == ["HPAYMT"]


@pytest.mark.parametrize(
    ("said", "status", "approved"),
    [
        ({"action_code": "A1", "number": "X-1"}, "approved", 12),
        ({"action_code": "A6", "number": "X-1", "units": 3}, "modified", 3),
        ({"action_code": "A2", "number": "X-1", "units": 6}, "partially_approved", 6),
    ],
)
async def test_a_grant_opens_an_authorization_with_the_payers_units(course, said, status, approved):
    await course.begin()
    request = await submitted(course)
    assert (await decide(course, request["id"], **said))["status"] == status
    found = (await course.call("GET", f"/v1/authorizations?client_id={course.client}"))["items"]
    assert [(a["approved"], a["available"], a["number"]) for a in found] == [(approved, approved, "X-1")]
    assert [e["units"] for e in await course.told("auth.approved.v1")] == [approved]
    assert await course.tasks() == []


@pytest.mark.parametrize(
    ("code", "status", "tasks"),
    [
        ("A4", "pended", ["ur_auth_pended"]),
        ("CT", "contact_payer", ["ur_answer_review"]),
        ("ZZ", "needs_review", ["ur_answer_review"]),
        ("NA", "not_required", []),
        ("C", "cancelled", []),
    ],
)
async def test_no_other_answer_opens_an_authorization(course, code, status, tasks):
    await course.begin()
    request = await submitted(course)
    assert (await decide(course, request["id"], action_code=code))["status"] == status
    assert (await course.call("GET", f"/v1/authorizations?client_id={course.client}"))["items"] == []
    assert await course.tasks() == tasks


@pytest.mark.parametrize(("reasons", "tasks"), [(["NMN"], ["ur_denied"]), ([], ["denial_defective", "ur_denied"])])
async def test_a_denial_says_until_when_to_appeal_and_one_without_a_reason_is_defective(course, reasons, tasks):
    await course.begin()
    request = await submitted(course)
    denied = await decide(course, request["id"], action_code="A3", reason_codes=reasons)
    assert denied["appeal_by"] is not None
    assert await course.tasks() == tasks
    assert [e["reason_codes"] for e in await course.told("auth.denied.v1")] == [reasons]
    assert len(await course.told("auth.denial_defective.v1")) == (not reasons)


async def test_a_pended_request_can_still_be_approved_but_a_decided_one_takes_no_second_decision(course):
    await course.begin()
    request = await submitted(course)
    await decide(course, request["id"], action_code="A4")
    await decide(course, request["id"], action_code="A1", number="X-1")
    refused = await decide(course, request["id"], expect=409, action_code="A3", reason_codes=["NMN"])
    assert refused["type"] == "/problems/request-not-open"


async def test_a_grant_without_number_or_units_is_refused(course):
    await course.begin()
    request = await submitted(course)
    assert (await decide(course, request["id"], expect=422, action_code="A1"))["type"] == "/problems/decision-unfit"
    assert (await decide(course, request["id"], expect=422, action_code="A6", number="X-1"))[
        "type"
    ] == "/problems/decision-unfit"


async def test_a_decision_needs_its_evidence(course):
    await course.begin()
    request = await submitted(course)
    path = f"/v1/authorization-requests/{request['id']}/decision"
    assert (await course.call("POST", path, {"action_code": "A1", "number": "X-1"}, 422))["errors"][0][
        "pointer"
    ] == "/evidence_reference"


async def test_without_a_diagnosis_the_packet_is_incomplete(course):
    await course.begin(diagnosis=False)
    await course.diagnose("rule_out")
    request = await course.draft(await course.cover())
    refused = await course.call("POST", f"/v1/authorization-requests/{request}/submission", expect=409)
    assert (refused["type"], refused["missing"]) == ("/problems/packet-incomplete", ["diagnosis"])


async def test_a_part_2_record_leaves_only_on_an_active_consent(course):
    await course.begin(part2=True)
    path = f"/v1/authorization-requests/{await course.draft(await course.cover())}/submission"
    assert (await course.call("POST", path, expect=409))["type"] == "/problems/consent-missing"
    consent = ConsentGranted(
        consent_id=uuid7(),
        client_id=course.client,
        type="part2_tpo",
        discloser="agency",
        effective_from=real_now() - timedelta(days=1),
    )
    await course.receive(consent)
    await course.receive(
        ConsentRevoked(
            consent_id=consent.consent_id, client_id=course.client, type="part2_tpo", effective_at=real_now()
        )
    )
    assert (await course.call("POST", path, expect=409))["type"] == "/problems/consent-missing"
    again = consent.model_copy(update={"consent_id": uuid7()})
    await course.receive(again)
    await course.call("POST", path, expect=201)
    assert [d["consent_id"] for d in await course.told("disclosure.made.v1")] == [str(again.consent_id)]


async def test_a_machine_request_is_an_intent_without_anything_clinical_in_it(course):
    await course.begin()
    request = await submitted(course, adapter="pas_fhir")
    row = await course.superuser.fetchrow(
        "SELECT kind, subject, payload FROM outbound WHERE agency_id = $1", course.agency
    )
    assert (row["kind"], str(row["subject"]), row["payload"]) == ("payer.submit", request["id"], "{}")
    assert await course.told("disclosure.made.v1") == []


async def test_submitting_needs_a_key_and_only_a_draft_or_rejected_one_can_be_submitted(course, http, bearer):
    await course.begin()
    request = await submitted(course)
    path = f"/v1/authorization-requests/{request['id']}/submission"
    assert (await http.post(path, headers=bearer("authorizations:write"))).status_code == 400
    assert (await course.call("POST", path, expect=409))["type"] == "/problems/request-not-open"


async def test_a_draft_can_be_cancelled_and_dates_must_run_forward(course):
    await course.begin()
    coverage = await course.cover()
    request = await course.draft(coverage)
    assert (await course.call("POST", f"/v1/authorization-requests/{request}/cancellation", expect=201))[
        "status"
    ] == "cancelled"
    body = {
        "client_id": str(course.client),
        "coverage_id": coverage,
        "service_kind": "individual",
        "units": 1,
        "valid_from": "2026-12-02",
        "valid_until": "2026-12-01",
    }
    assert (await course.call("POST", "/v1/authorization-requests", body, 422))["type"] == "/problems/dates-reversed"
    other = {**body, "client_id": str(uuid7()), "valid_until": "2026-12-03"}
    assert (await course.call("POST", "/v1/authorization-requests", other, 422))[
        "type"
    ] == "/problems/coverage-of-another"
