from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from authorizations.rules.clocks import Priority
from authorizations.rules.packet import Line, Member, inquiry_bundle, member_of, request_bundle
from authorizations.rules.service_codes import ServiceKind
from authorizations.rules.units import UnitKind

REQUEST, PAYER = UUID(int=7), UUID(int=8)
MEMBER = Member("03", "Sample Client", "1990-01-02", "female", "A1-1")
AT = datetime(2026, 11, 23, tzinfo=UTC)


def bundle(
    kind: ServiceKind = ServiceKind.INDIVIDUAL,
    priority: Priority = Priority.STANDARD,
    diagnoses: tuple[str, ...] = ("F33.1",),
) -> dict:
    line = Line(kind, 12, UnitKind.VISIT, date(2026, 12, 1), date(2027, 2, 28), priority)
    return request_bundle(REQUEST, PAYER, member=MEMBER, line=line, diagnoses=diagnoses, created=AT)


def test_the_claim_comes_first_asks_for_preauthorization_and_carries_the_requests_id():
    claim = bundle()["entry"][0]["resource"]
    assert (claim["resourceType"], claim["use"]) == ("Claim", "preauthorization")
    assert claim["identifier"][0]["value"] == str(REQUEST)


def test_every_reference_of_the_claim_is_in_the_bundle():
    entries = [entry["resource"] for entry in bundle()["entry"]]
    there = {f"{r['resourceType']}/{r['id']}" for r in entries}
    claim = entries[0]
    named = {claim[name]["reference"] for name in ("patient", "insurer", "provider")} | {
        claim["insurance"][0]["coverage"]["reference"]
    }
    assert named <= there


def test_the_line_says_what_how_many_and_when():
    item = bundle()["entry"][0]["resource"]["item"][0]
    assert item["productOrService"]["coding"][0]["code"] == "90834"
    assert (item["quantity"]["value"], item["quantity"]["code"]) == (12, "VS")
    assert item["servicedPeriod"] == {"start": "2026-12-01", "end": "2027-02-28"}
    assert item["diagnosisSequence"] == [1]


@pytest.mark.parametrize(("priority", "urgent"), [(Priority.STANDARD, False), (Priority.EXPEDITED, True)])
def test_only_an_expedited_request_is_marked_urgent(priority, urgent):
    assert ("extension" in bundle(priority=priority)["entry"][0]["resource"]) is urgent


def test_a_service_without_a_code_of_ours_says_so():
    item = bundle(ServiceKind.PSYCHIATRIC)["entry"][0]["resource"]["item"][0]
    assert item["productOrService"]["coding"][0]["code"] == "not-applicable"


def test_the_coverage_names_the_member_id_and_the_patient_only_what_a_payer_needs():
    card = {"legal_last_name": "03", "legal_first_name": "Sample Client", "date_of_birth": "1990-01-02", "administrative_sex": "female",
            "phone": "555-0100", "address": {"line": "1 Sample Street"}}  # fmt: skip
    assert member_of(card, "A1-1") == MEMBER
    resources = {e["resource"]["resourceType"]: e["resource"] for e in bundle()["entry"]}
    assert resources["Coverage"]["subscriberId"] == "A1-1"
    assert set(resources["Patient"]) == {"resourceType", "id", "identifier", "name", "gender", "birthDate"}


def test_an_inquiry_names_the_request_and_no_diagnosis():
    claim = inquiry_bundle(REQUEST, MEMBER, AT)["entry"][0]["resource"]
    assert claim["identifier"][0]["value"] == str(REQUEST)
    assert "diagnosis" not in claim
