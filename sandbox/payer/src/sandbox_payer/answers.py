"""FHIR answers in the shape of Da Vinci PAS 2.2.1. `outcome` is `complete` whatever was decided."""

from datetime import UTC, datetime
from typing import Any

from sandbox_payer.script import granted

GUIDE = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/"
ACTIONS, REASONS = "https://codesystem.x12.org/005010/306", "https://codesystem.x12.org/external/886"
NUMBERED = frozenset({"A1", "A2", "A6"})
Json = dict[str, Any]


def response_bundle(claim: Json, action: str, reasons: tuple[str, ...], number: str) -> Json:
    response = claim_response(claim, action, reasons, number)
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": datetime.now(UTC).isoformat(),
        "entry": [{"fullUrl": f"urn:sandbox:ClaimResponse/{response['id']}", "resource": response}],
    }


def claim_response(claim: Json, action: str, reasons: tuple[str, ...], number: str) -> Json:
    line = (claim.get("item") or [{"sequence": 1}])[0]
    sequence, asked = line.get("sequence", 1), int((line.get("quantity") or {}).get("value", 1))
    reviewed = [adjudication(action, reasons, number if action in NUMBERED else None)]
    answer: Json = {
        "resourceType": "ClaimResponse",
        "id": number,
        "status": "active",
        "use": "preauthorization",
        "outcome": "complete",
        "identifier": claim.get("identifier", []),
        "created": datetime.now(UTC).isoformat(),
        "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/claim-type", "code": "professional"}]},
        "patient": claim.get("patient", {}),
        "insurer": claim.get("insurer", {}),
        "request": {"reference": f"Claim/{claim.get('id', '')}"},
        "item": [
            {"itemSequence": sequence, "adjudication": reviewed, "extension": item_extensions(line, action, number)}
        ],
        "extension": [
            {
                "url": f"{GUIDE}extension-claimResponseReviewer",
                "extension": [{"url": "wasHumanReviewedFlag", "valueBoolean": action != "A1"}],
            }
        ],
    }
    units = granted(action, asked)
    if units is not None:
        answer["addItem"] = [
            {
                "itemSequence": [sequence],
                "productOrService": line.get("productOrService", {}),
                "quantity": {"value": units},
                "adjudication": [adjudication(action, reasons, number)],
            }
        ]
    if reasons:
        answer["processNote"] = [
            {"number": 1, "type": "display", "text": "Sandbox: the request does not meet the plan's criteria."}
        ]
    return answer


def item_extensions(line: Json, action: str, number: str) -> list[Json]:
    period = line.get("servicedPeriod")
    if action == "A4":
        return [{"url": f"{GUIDE}extension-administrationReferenceNumber", "valueString": f"P-{number}"}]
    return (
        [{"url": f"{GUIDE}extension-itemPreAuthPeriod", "valuePeriod": period}] if action in NUMBERED and period else []
    )


def adjudication(action: str, reasons: tuple[str, ...], number: str | None) -> Json:
    parts: list[Json] = [
        {
            "url": f"{GUIDE}extension-reviewActionCode",
            "valueCodeableConcept": {"coding": [{"system": ACTIONS, "code": action}]},
        }
    ]
    parts += [{"url": "number", "valueString": number}] if number else []
    parts += [
        {"url": "reasonCode", "valueCodeableConcept": {"coding": [{"system": REASONS, "code": code}]}}
        for code in reasons
    ]
    return {
        "extension": [{"url": f"{GUIDE}extension-reviewAction", "extension": parts}],
        "category": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/adjudication", "code": "submitted"}]},
    }


def outcome(code: str, text: str) -> Json:
    return {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": code, "diagnostics": text}]}
