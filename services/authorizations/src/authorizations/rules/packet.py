"""What a payer is sent, as FHIR. Source: Da Vinci PAS 2.2.1 (request bundle, Claim), X12 278 values; version 2026-11.

A Bundle of type collection, the Claim first, `use` preauthorization. The Claim's identifier is the request's own id
and so the same at every attempt; an item's sequence is its trace over all updates. Nothing is sent that the payer
need not see.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from authorizations.rules.clocks import Priority
from authorizations.rules.service_codes import ServiceKind
from authorizations.rules.units import UnitKind

REQUEST_SYSTEM = "urn:trellis:authorization-request"
GUIDE = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/"
X12 = "https://codesystem.x12.org/005010/"
CPT, HCPCS = "http://www.ama-assn.org/go/cpt", "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
SERVICE_TYPES: dict[ServiceKind, str] = {ServiceKind.PSYCHIATRIC: "A4", ServiceKind.EVALUATION_MEDICAL: "A4"}
USUAL_SERVICE_TYPE = "A6"
QUANTITY: dict[UnitKind, str] = {
    UnitKind.VISIT: "VS",
    UnitKind.HOUR: "HS",
    UnitKind.DAY: "DY",
    UnitKind.QUARTER_HOUR: "FL",
}
SERVICE_CODES: dict[ServiceKind, str] = {
    ServiceKind.INDIVIDUAL: "90834",
    ServiceKind.FAMILY: "90847",
    ServiceKind.GROUP: "90853",
    ServiceKind.MULTI_FAMILY_GROUP: "90849",
    ServiceKind.EVALUATION: "90791",
    ServiceKind.EVALUATION_MEDICAL: "90792",
    ServiceKind.CRISIS: "90839",
    ServiceKind.CASE_MANAGEMENT: "T1017",
    ServiceKind.COUNSELING: "H0004",
}
GENDERS: dict[str, str] = {
    "m": "male",
    "male": "male",
    "f": "female",
    "female": "female",
    "x": "other",
    "other": "other",
}


@dataclass(frozen=True)
class Member:
    family: str
    given: str
    birth_date: str
    sex: str
    member_id: str


@dataclass(frozen=True)
class Line:
    service_kind: ServiceKind
    units: int
    unit_kind: UnitKind
    valid_from: date
    valid_until: date
    priority: Priority


def member_of(card: Mapping[str, Any], member_id: str) -> Member:
    return Member(
        str(card.get("legal_last_name") or ""),
        str(card.get("legal_first_name") or ""),
        str(card.get("date_of_birth") or ""),
        str(card.get("administrative_sex") or ""),
        member_id,
    )


def request_bundle(
    request_id: UUID, payer_id: UUID, *, member: Member, line: Line, diagnoses: Sequence[str], created: datetime
) -> dict[str, Any]:
    """The bundle of a first request for one service."""
    resources = [claim(request_id, line, diagnoses, created), *parties(payer_id), coverage(member), patient(member)]
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": created.isoformat(),
        "identifier": {"system": REQUEST_SYSTEM, "value": str(request_id)},
        "entry": [{"fullUrl": f"urn:trellis:{r['resourceType']}/{r['id']}", "resource": r} for r in resources],
    }


def claim(request_id: UUID, line: Line, diagnoses: Sequence[str], created: datetime) -> dict[str, Any]:
    urgent = line.priority is Priority.EXPEDITED
    return {
        "resourceType": "Claim",
        "id": str(request_id),
        "status": "active",
        "use": "preauthorization",
        "identifier": [{"system": REQUEST_SYSTEM, "value": str(request_id)}],
        **({"extension": [extension("levelOfServiceCode", concept("1338", "U"))]} if urgent else {}),
        "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/claim-type", "code": "professional"}]},
        "priority": {
            "coding": [
                {
                    "system": "http://terminology.hl7.org/CodeSystem/processpriority",
                    "code": "stat" if urgent else "normal",
                }
            ]
        },
        "patient": {"reference": "Patient/member"},
        "created": created.date().isoformat(),
        "insurer": {"reference": "Organization/insurer"},
        "provider": {"reference": "Organization/provider"},
        "insurance": [{"sequence": 1, "focal": True, "coverage": {"reference": "Coverage/coverage"}}],
        "diagnosis": [
            {
                "sequence": n,
                "diagnosisCodeableConcept": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": code}]},
            }
            for n, code in enumerate(diagnoses, 1)
        ],
        "item": [item(line, len(diagnoses))],
    }


def item(line: Line, diagnoses: int) -> dict[str, Any]:
    code = SERVICE_CODES.get(line.service_kind)
    system = CPT if code is not None and code.isdigit() else HCPCS
    absent = {
        "coding": [{"system": "http://terminology.hl7.org/CodeSystem/data-absent-reason", "code": "not-applicable"}]
    }
    return {
        "sequence": 1,
        "extension": [
            extension("serviceItemRequestType", concept("1525", "HS")),
            extension("certificationType", concept("1322", "I")),
        ],
        "diagnosisSequence": list(range(1, diagnoses + 1)),
        "category": {
            "coding": [{"system": f"{X12}1365", "code": SERVICE_TYPES.get(line.service_kind, USUAL_SERVICE_TYPE)}]
        },
        "productOrService": {"coding": [{"system": system, "code": code}]} if code else absent,
        "servicedPeriod": {"start": line.valid_from.isoformat(), "end": line.valid_until.isoformat()},
        "quantity": {"value": line.units, "system": f"{X12}673", "code": QUANTITY[line.unit_kind]},
    }


def parties(payer_id: UUID) -> list[dict[str, Any]]:
    insurer = {"system": "urn:trellis:payer", "value": str(payer_id)}
    return [
        {"resourceType": "Organization", "id": "insurer", "active": True, "identifier": [insurer]},
        {"resourceType": "Organization", "id": "provider", "active": True},
    ]


def coverage(member: Member) -> dict[str, Any]:
    return {
        "resourceType": "Coverage",
        "id": "coverage",
        "status": "active",
        "subscriberId": member.member_id,
        "identifier": [
            {
                "value": member.member_id,
                "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "MB"}]},
            }
        ],
        "beneficiary": {"reference": "Patient/member"},
        "payor": [{"reference": "Organization/insurer"}],
    }


def patient(member: Member) -> dict[str, Any]:
    return {
        "resourceType": "Patient",
        "id": "member",
        "identifier": [{"system": "urn:trellis:member", "value": member.member_id}],
        "name": [{"family": member.family, "given": [member.given]}],
        "gender": GENDERS.get(member.sex.lower(), "unknown"),
        **({"birthDate": member.birth_date} if member.birth_date else {}),
    }


def inquiry_bundle(request_id: UUID, member: Member, created: datetime) -> dict[str, Any]:
    """Query by example: the Claim with its identifier alone."""
    asked = {
        "resourceType": "Claim",
        "id": str(request_id),
        "status": "active",
        "use": "preauthorization",
        "identifier": [{"system": REQUEST_SYSTEM, "value": str(request_id)}],
        "created": created.date().isoformat(),
        "patient": {"reference": "Patient/member"},
    }
    return {
        "resourceType": "Bundle",
        "type": "collection",
        "timestamp": created.isoformat(),
        "entry": [{"resource": asked}, {"resource": coverage(member)}],
    }


def extension(name: str, value: dict[str, Any]) -> dict[str, Any]:
    return {"url": f"{GUIDE}extension-{name}", "valueCodeableConcept": value}


def concept(element: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": f"{X12}{element}", "code": code}]}
