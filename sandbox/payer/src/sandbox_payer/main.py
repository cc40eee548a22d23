"""The payer's door: eligibility, Claim/$submit, Claim/$inquire, and what tests ask of it."""

from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from sandbox_payer.answers import Json, outcome, response_bundle
from sandbox_payer.script import benefits, scripted

app = FastAPI(title="Trellis sandbox payer", version="1", docs_url=None, redoc_url=None)


class EligibilityQuestion(BaseModel):
    id: str
    member_id: str = Field(max_length=80)
    service_date: str
    service_types: list[str] = Field(max_length=20)


@dataclass
class Received:
    """What came in, once per identifier, and how often."""

    claims: dict[str, Json] = field(default_factory=dict)
    members: dict[str, str] = field(default_factory=dict)
    claim_attempts: dict[str, int] = field(default_factory=dict)
    eligibility_attempts: dict[str, int] = field(default_factory=dict)


received = Received()


@app.post("/eligibility")
async def post_eligibility(asked: EligibilityQuestion) -> Json:
    """Answer whether the member is covered."""
    received.eligibility_attempts[asked.id] = received.eligibility_attempts.get(asked.id, 0) + 1
    return benefits(scripted(asked.member_id), asked.service_types)


@app.post("/Claim/$submit")
async def post_claim_submit(bundle: dict[str, Any]) -> JSONResponse:
    """Decide a request as the script says; the same identifier gets the same answer."""
    claim, member_id, identifier = first_claim(bundle), member_of(bundle), identifier_of(first_claim(bundle))
    if claim.get("use") != "preauthorization" or not identifier or not member_id:
        return fhir(
            outcome(
                "invalid",
                "A bundle begins with a Claim of use preauthorization with an identifier, and has a Coverage.",
            ),
            400,
        )
    script = scripted(member_id)
    received.claim_attempts[identifier] = attempt = received.claim_attempts.get(identifier, 0) + 1
    if script.refuses:
        return fhir(outcome("business-rule", "The script refuses this member."), script.refuses)
    if script.fails_first and attempt == 1:
        return fhir(outcome("transient", "The script fails the first attempt."), script.fails_first)
    received.members[identifier] = member_id
    kept = received.claims.setdefault(identifier, claim)
    return fhir(response_bundle(kept, script.action, script.reasons, number_of(identifier)))


@app.post("/Claim/$inquire")
async def post_claim_inquire(bundle: dict[str, Any]) -> JSONResponse:
    """Say how a request stands: Parameters with no bundle or one."""
    identifier = identifier_of(first_claim(bundle))
    claim = received.claims.get(identifier)
    if claim is None:
        return fhir({"resourceType": "Parameters"})
    script = scripted(received.members[identifier])
    answer = response_bundle(claim, script.later or script.action, script.reasons, number_of(identifier))
    return fhir({"resourceType": "Parameters", "parameter": [{"name": "responseBundle", "resource": answer}]})


@app.get("/received")
async def get_received() -> Json:
    """Distinct identifiers and how often each came."""
    return {
        "claims": received.claim_attempts,
        "accepted": sorted(received.claims),
        "eligibility": received.eligibility_attempts,
    }


@app.delete("/received")
async def delete_received() -> Json:
    """Forget everything."""
    for kept in (received.claims, received.members, received.claim_attempts, received.eligibility_attempts):
        kept.clear()
    return {"claims": {}, "accepted": [], "eligibility": {}}


@app.get("/health/live")
@app.get("/health/ready")
async def get_health() -> Json:
    """Always well."""
    return {"status": "ready"}


def first_claim(bundle: Json) -> Json:
    entries = bundle.get("entry") or [{}]
    resource: Json = (entries[0] or {}).get("resource") or {}
    return resource if resource.get("resourceType") == "Claim" else {}


def member_of(bundle: Json) -> str:
    resources = [(entry or {}).get("resource") or {} for entry in bundle.get("entry") or []]
    return next((str(r.get("subscriberId", "")) for r in resources if r.get("resourceType") == "Coverage"), "")


def identifier_of(claim: Json) -> str:
    return next((str(i["value"]) for i in claim.get("identifier") or [] if i.get("value")), "")


def number_of(identifier: str) -> str:
    """A number that says from which request it came, so that tests can follow it."""
    return f"AUTH-{identifier.replace('-', '')[-12:].upper()}"


def fhir(body: Json, status: int = 200) -> JSONResponse:
    return JSONResponse(body, status, media_type="application/fhir+json")
