import pytest
from authorizations.rules.pas import read_answer

GUIDE = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/"


def review(
    code: str,
    *,
    number: str | None = None,
    reasons: tuple[str, ...] = (),
    system: str = "https://codesystem.x12.org/005010/306",
):
    parts = [
        {
            "url": f"{GUIDE}extension-reviewActionCode",
            "valueCodeableConcept": {"coding": [{"system": system, "code": code}]},
        }
    ]
    parts += [{"url": "number", "valueString": number}] if number else []
    parts += [{"url": "reasonCode", "valueCodeableConcept": {"coding": [{"code": reason}]}} for reason in reasons]
    return [{"extension": [{"url": f"{GUIDE}extension-reviewAction", "extension": parts}]}]


def bundle(item: dict, **more: object) -> dict:
    response = {"resourceType": "ClaimResponse", "outcome": "complete", "item": [{"itemSequence": 1, **item}], **more}
    return {"resourceType": "Bundle", "entry": [{"resource": response}]}


def test_status_number_and_reasons_come_from_the_review_action():
    found = read_answer(bundle({"adjudication": review("A3", number="X1", reasons=("NMN", "B2"))}))
    assert (found.action, found.number, found.reason_codes) == ("A3", "X1", ("NMN", "B2"))


@pytest.mark.parametrize("outcome", ["complete", "queued", "error", "partial"])
def test_the_outcome_of_the_response_says_nothing(outcome):
    answer = bundle({"adjudication": review("A4")}, outcome=outcome)
    assert read_answer(answer).action == "A4"


def test_complete_without_a_review_action_is_no_approval():
    assert read_answer(bundle({})).action is None


def test_a_code_of_another_system_is_no_review_action():
    assert read_answer(bundle({"adjudication": review("A1", system="http://example.org")})).action is None


def test_the_units_of_a_modified_answer_stand_in_the_added_item():
    answer = bundle(
        {"adjudication": review("A6", number="X1"), "quantity": {"value": 5}},
        addItem=[{"itemSequence": [2], "quantity": {"value": 9}}, {"itemSequence": [1], "quantity": {"value": 3}}],
    )
    assert read_answer(answer).units == 3


def test_the_quantity_of_the_item_is_what_was_asked_and_is_not_read():
    assert read_answer(bundle({"adjudication": review("A6", number="X1"), "quantity": {"value": 5}})).units is None


@pytest.mark.parametrize("value", ["3", 2.5, True, None])
def test_units_that_are_no_whole_number_are_no_units(value):
    assert (
        read_answer(
            bundle({"adjudication": review("A6")}, addItem=[{"itemSequence": [1], "quantity": {"value": value}}])
        ).units
        is None
    )


def test_the_period_the_reference_and_the_human_review_are_kept():
    item = {
        "adjudication": review("A1", number="X1"),
        "extension": [
            {"url": f"{GUIDE}extension-itemPreAuthPeriod", "valuePeriod": {"start": "2026-12-01", "end": "2027-02-28"}},
            {"url": f"{GUIDE}extension-administrationReferenceNumber", "valueString": "P-7"},
        ],
    }
    flag = {
        "url": f"{GUIDE}extension-claimResponseReviewer",
        "extension": [{"url": "wasHumanReviewedFlag", "valueBoolean": False}],
    }
    found = read_answer(bundle(item, extension=[flag]))
    assert (str(found.valid_from), str(found.valid_until), found.reference, found.was_human_reviewed) == (
        "2026-12-01",
        "2027-02-28",
        "P-7",
        False,
    )


def test_an_inquiry_answers_with_parameters_that_hold_bundles():
    inner = bundle({"adjudication": review("A1", number="X1")})
    assert (
        read_answer({"resourceType": "Parameters", "parameter": [{"name": "responseBundle", "resource": inner}]}).action
        == "A1"
    )
    assert read_answer({"resourceType": "Parameters"}) is None


@pytest.mark.parametrize(
    "broken",
    [{}, {"entry": "x"}, {"entry": [{"resource": {"resourceType": "ClaimResponse", "item": "x"}}]}, {"entry": [{}]}],
)
def test_what_is_no_answer_is_none(broken):
    assert read_answer(broken) is None
