import pytest
from shared.contracts.clinical_records import CareTeamChanged
from shared.db import real_now, uuid7

ROUTES = [
    ("POST", "/v1/admin/payers", "payers:write"), ("GET", "/v1/admin/payers", "payers:read"), ("GET", "/v1/admin/payers/{id}", "payers:read"),
    ("PATCH", "/v1/admin/payers/{id}", "payers:write"),
    ("POST", "/v1/coverages", "coverages:write"), ("GET", "/v1/coverages", "coverages:read"), ("GET", "/v1/coverages/{id}", "coverages:read"),
    ("POST", "/v1/eligibility-checks", "eligibility:write"), ("POST", "/v1/eligibility-checks/{id}/result", "eligibility:write"),
    ("GET", "/v1/eligibility-checks", "eligibility:read"), ("GET", "/v1/eligibility-checks/{id}", "eligibility:read"),
    ("POST", "/v1/authorization-requests", "authorizations:write"),
    ("POST", "/v1/authorization-requests/{id}/submission", "authorizations:write"),
    ("POST", "/v1/authorization-requests/{id}/decision", "authorizations:write"),
    ("POST", "/v1/authorization-requests/{id}/inquiry", "authorizations:write"),
    ("POST", "/v1/authorization-requests/{id}/cancellation", "authorizations:write"),
    ("GET", "/v1/authorization-requests", "authorizations:read"), ("GET", "/v1/authorization-requests/{id}", "authorizations:read"),
    ("POST", "/v1/authorizations/clock", "authorizations:read"), ("GET", "/v1/authorizations", "authorizations:read"),
    ("GET", "/v1/authorizations/{id}", "authorizations:read"), ("GET", "/v1/authorizations/{id}/ledger", "authorizations:read"),
    ("POST", "/v1/service-codes/suggestion", "service-codes:read"), ("GET", "/v1/charges", "charges:read"),
    ("GET", "/v1/charges/{id}", "charges:read"),
]  # fmt: skip

MANUAL = {"adapter": "portal_manual"}


@pytest.mark.parametrize(("method", "path", "scope"), ROUTES)
async def test_every_route_wants_a_token_and_its_own_scope(http, bearer, method, path, scope):
    path = path.format(id=uuid7())
    others = sorted({needed for _, _, needed in ROUTES} - {scope})
    assert (await http.request(method, path)).status_code == 401
    refused = await http.request(method, path, headers=bearer(*others), json={} if method == "POST" else None)
    assert refused.status_code == 403
    assert refused.json()["scope"] == scope


async def test_every_route_of_the_service_stands_in_the_table(app):
    there = {
        (method.upper(), path)
        for path, found in app.openapi()["paths"].items()
        for method in found
        if path.startswith("/v1")
    }
    listed = {(method, path.replace("{id}", "{}")) for method, path, _ in ROUTES}
    assert {(m, p if "{" not in p else p[: p.index("{")] + "{}" + p[p.index("}") + 1 :]) for m, p in there} == listed


async def test_the_clock_can_be_tried(course):
    asked = {"payer_type": "chip", "priority": "expedited", "received_at": "2026-11-23T09:00:00-06:00"}
    found = await course.call("POST", "/v1/authorizations/clock", asked, 200)
    assert found == {"due_at": "2026-11-26T09:00:00-06:00", "basis": "cms-0057-f", "is_binding": True}


async def test_the_code_rule_can_be_tried(course):
    asked = {"service_kind": "individual", "minutes": 52, "service_date": "2026-12-07", "interactive_complexity": True}
    found = await course.call("POST", "/v1/service-codes/suggestion", asked, 200)
    assert (found["code"], [line["code"] for line in found["lines"]]) == ("90834", ["90834", "90785"])
    short = await course.call("POST", "/v1/service-codes/suggestion", {**asked, "minutes": 15}, 200)
    assert (short["code"], short["reason"]) == (None, "too_short")
    assert (await course.call("POST", "/v1/service-codes/suggestion", {**asked, "service_kind": "meeting"}, 422))[
        "type"
    ] == "/problems/service-unknown"


async def test_a_clinician_sees_only_the_clients_of_the_caseload(course, http, bearer):
    await course.begin()
    coverage = await course.cover()
    staff = uuid7()
    headers = bearer("coverages:read", sub=staff, reach="caseload")
    assert (await http.get(f"/v1/coverages/{coverage}", headers=headers)).status_code == 404
    assert (await http.get("/v1/coverages", headers=headers)).json()["items"] == []
    await course.receive(
        CareTeamChanged(
            membership_id=uuid7(), client_id=course.client, member_id=staff, role="primary", since=real_now()
        )
    )
    assert (await http.get(f"/v1/coverages/{coverage}", headers=headers)).status_code == 200


async def test_another_agency_finds_nothing(course, http, bearer):
    await course.begin()
    coverage = await course.cover()
    assert (
        await http.get(f"/v1/coverages/{coverage}", headers=bearer("coverages:read", agency_id=uuid7()))
    ).status_code == 404


async def test_a_coverage_is_for_a_client_that_was_registered(course):
    payer = await course.call("POST", "/v1/admin/payers", {"name": "Sample Health Plan", "payer_type": "chip"}, 201)
    body = {
        "client_id": str(uuid7()),
        "payer_id": payer["id"],
        "member_id": "A1",
        "plan_name": "Sample Plan",
        "valid_from": "2026-01-01",
    }
    await course.call("POST", "/v1/coverages", body, 404)


async def test_reads_leave_an_audit_entry(course):
    await course.begin()
    coverage = await course.cover()
    await course.call("GET", f"/v1/coverages/{coverage}", expect=200)
    found = await course.superuser.fetchval(
        "SELECT count(*) FROM audit WHERE agency_id = $1 AND client_id = $2 AND action = 'coverage.read'",
        course.agency,
        course.client,
    )
    assert found == 1


async def test_a_payer_is_changed_in_the_version_that_was_read_and_takes_nothing_new_when_suspended(
    course, http, bearer
):
    await course.begin()
    payer = await course.call(
        "POST", "/v1/admin/payers", {"name": "Sample Health Plan", "payer_type": "chip"} | MANUAL, 201
    )
    path, headers = f"/v1/admin/payers/{payer['id']}", bearer("payers:write", roles=("administrator",))

    async def change(body, match):
        return await http.request("PATCH", path, json=body, headers=headers | ({"If-Match": match} if match else {}))

    assert [(await change({"name": "B"}, match)).status_code for match in (None, '"9"')] == [428, 412]
    assert (await change({"adapter": "pas_fhir"}, "*")).status_code == 422
    changed = (await change({"name": "Better Plan", "appeal_days": 90, "is_active": False}, '"1"')).json()
    assert (changed["name"], changed["appeal_days"], changed["is_active"]) == ("Better Plan", 90, False)
    body = {
        "client_id": str(course.client),
        "payer_id": payer["id"],
        "member_id": "A1-1",
        "plan_name": "Sample Plan",
        "valid_from": "2026-01-01",
    }
    refused = await course.call("POST", "/v1/coverages", body, 409)
    assert refused["type"] == "/problems/payer-inactive"
    assert (await change({"is_active": True}, "*")).status_code == 200
    await course.call("POST", "/v1/coverages", body, 201)
