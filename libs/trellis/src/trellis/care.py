"""What is done for a person in a course of care, one function per act, each by the caller who does it.

The seed and the journeys share these. All words are plainly synthetic.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from trellis.api import Answer, Caller, Json
from trellis.problems import Trouble

FORM = {"form_version": "2026-01", "form_hash": "0" * 64, "language": "en"}
DOMAINS = (
    "presenting_problem",
    "history_of_present_illness",
    "psychiatric_history",
    "substance_use",
    "medical",
    "family",
    "developmental",
    "trauma",
    "social",
    "education_work_military",
    "legal",
    "housing_financial",
    "spirituality_culture",
    "strengths_supports",
    "functioning",
    "mental_status",
    "risk",
    "diagnostic_impression",
    "level_of_care",
    "initial_goals",
    "own_words",
)
DEFERRED = {"trauma": "deferred", "developmental": "not_applicable"}
NO_TO_ALL = {"q1": False, "q2": False, "q6a": False}
PHQ_9_OF_18 = [3, 3, 2, 2, 2, 2, 2, 2, 0]
PHQ_9_OF_4 = [1, 1, 1, 1, 0, 0, 0, 0, 0]
GAD_7_OF_12 = [2, 2, 2, 2, 2, 1, 1]
SESSION_MINUTES = 52
SLOT_MINUTES = 60
SLOT_SEARCH_DAYS = 60


@dataclass(frozen=True)
class Person:
    """A plainly synthetic person."""

    first_name: str
    last_name: str
    born_on: date
    phone: str
    member_id: str
    sex: str = "female"

    @property
    def shown(self) -> str:
        return f"{self.first_name} {self.last_name}"


def inquiry_of(person: Person, clinic_id: str, channel: str = "phone", flags: tuple[str, ...] = ()) -> Json:
    """What somebody asks for who comes in for the first time."""
    return {
        "clinic_id": clinic_id,
        "channel": channel,
        "caller_is": "self",
        "reason": "Sample reason: low mood for some weeks.",
        "callback": {"ok_to_call": True, "ok_to_leave_voicemail": False, "ok_to_text": True},
        "danger_flags": list(flags),
        "requested_service": "individual",
        "name_to_use": person.shown,
        "phone": person.phone,
    }


def client_of(person: Person, clinic_id: str, inquiry_id: str | None) -> Json:
    return {
        **({"inquiry_id": inquiry_id} if inquiry_id else {}),
        "clinic_id": clinic_id,
        "legal_first_name": person.first_name,
        "legal_last_name": person.last_name,
        "name_to_use": person.shown,
        "date_of_birth": person.born_on.isoformat(),
        "administrative_sex": person.sex,
        "phone": person.phone,
        "member_id": person.member_id,
        "contact_permission": {"ok_to_call": True, "ok_to_text": True},
    }


def triage(coordinator: Caller, inquiry_id: str, level: str) -> Answer:
    return coordinator.post(f"/v1/inquiries/{inquiry_id}/triage", {"level": level})


def reach(coordinator: Caller, inquiry_id: str, offered_on: date) -> Answer:
    body = {"outcome": "reached", "offered_on": offered_on.isoformat()}
    return coordinator.post(f"/v1/inquiries/{inquiry_id}/contact-attempts", body)


def cover(coordinator: Caller, client_id: str, payer_id: str, member_id: str, valid_from: date) -> Answer:
    return coordinator.post(
        "/v1/coverages",
        {
            "client_id": client_id,
            "payer_id": payer_id,
            "member_id": member_id,
            "plan_name": "Sample Plan",
            "relation": "self",
            "order": "primary",
            "valid_from": valid_from.isoformat(),
        },
    )


def check_eligibility(coordinator: Caller, coverage_id: str, on: date) -> Answer:
    """Ask the payer and wait for what it says."""
    asked = coordinator.post(
        "/v1/eligibility-checks", {"coverage_id": coverage_id, "service_date": on.isoformat(), "service_types": ["MH"]}
    )
    return coordinator.until(f"/v1/eligibility-checks/{asked['id']}", lambda found: found["status"] != "pending")


def consent(collector: Caller, client_id: str, kind: str) -> Answer:
    """A consent, shown and signed on the tablet."""
    draft = collector.post("/v1/consents", {"client_id": client_id, "type": kind, **FORM})
    return collector.post(f"/v1/consents/{draft['id']}/signature", {"signer": "client", "method": "e_sign"})


def open_episode(coordinator: Caller, client_id: str, program_id: str, clinician_id: str) -> Answer:
    return coordinator.post(
        "/v1/episodes", {"client_id": client_id, "program_id": program_id, "primary_clinician_id": clinician_id}
    )


def admit(coordinator: Caller, episode_id: str) -> Answer:
    return coordinator.post(f"/v1/episodes/{episode_id}/admission")


def meet(clinician: Caller, client_id: str) -> None:
    """Wait until the clinician is on the client's care team: it comes by an event."""
    clinician.until("/v1/care-team-members", lambda found: bool(found["items"]), client_id=client_id)


def measure(
    clinician: Caller, client_id: str, instrument: str, answers: list[int], occasion: str = "routine"
) -> Answer:
    assigned = clinician.post(
        "/v1/measure-administrations", {"client_id": client_id, "instrument": instrument, "occasion": occasion}
    )
    return clinician.post(f"/v1/measure-administrations/{assigned['id']}/answers", {"items": answers})


def screen_risk(clinician: Caller, client_id: str, answers: Json | None = None) -> Answer:
    return clinician.post("/v1/risk-assessments", {"client_id": client_id, "answers": answers or NO_TO_ALL})


def assess(clinician: Caller, client_id: str, episode_id: str) -> Answer:
    """A whole biopsychosocial assessment, signed."""
    told = {domain: {"narrative": f"Sample narrative: {domain.replace('_', ' ')}."} for domain in DOMAINS}
    domains = {**told, **{domain: {"not_assessed": reason} for domain, reason in DEFERRED.items()}}
    draft = clinician.post(
        "/v1/assessments",
        {"client_id": client_id, "episode_id": episode_id, "loc_code": "outpatient", "domains": domains},
    )
    return clinician.post(f"/v1/assessments/{draft['id']}/signature")


def diagnose(clinician: Caller, client_id: str, episode_id: str, code: str = "F33.1") -> Answer:
    return clinician.post(
        "/v1/diagnoses",
        {"client_id": client_id, "episode_id": episode_id, "code": code, "rank": 1, "verification": "confirmed"},
    )


def plan_of(episode_id: str, diagnosis_id: str, due_on: date, *, is_measurable: bool = True) -> Json:
    """A plan with one problem and one objective: measurable, or lacking metric and target."""
    measurable = {
        "metric": "PHQ-9 total",
        "baseline": 18,
        "target": 4,
        "unit": "points",
        "due_on": due_on.isoformat(),
        "responsible": "client",
    }
    objective = {
        "text": "Sample objective: lower depressive symptoms.",
        **(measurable if is_measurable else {"text": "Sample objective: feel better."}),
        "interventions": [
            {"modality": "cbt", "service_kind": "individual", "frequency": "weekly", "duration": "12 weeks"}
        ],
    }
    goal = {"text": "Sample goal: return to usual activities.", "own_words": "Sample words.", "objectives": [objective]}
    problem = {"text": "Sample problem: depressed mood.", "diagnosis_id": diagnosis_id, "goals": [goal]}
    return {"episode_id": episode_id, "problems": [problem], "strengths": ["Sample strength"]}


def sign_plan(clinician: Caller, plan_id: str, signer: str) -> Answer:
    return clinician.post(f"/v1/plans/{plan_id}/signatures", {"signer": signer})


def objective_ids(plan: Json) -> list[str]:
    return [o["id"] for problem in plan["problems"] for goal in problem["goals"] for o in goal["objectives"]]


def request_authorization(
    biller: Caller, client_id: str, coverage_id: str, units: int, valid_from: date, valid_until: date
) -> Answer:
    """Ask for units and send it to the payer."""
    draft = biller.post(
        "/v1/authorization-requests",
        {
            "client_id": client_id,
            "coverage_id": coverage_id,
            "service_kind": "individual",
            "units": units,
            "unit_kind": "visit",
            "valid_from": valid_from.isoformat(),
            "valid_until": valid_until.isoformat(),
            "priority": "standard",
        },
    )
    return biller.post(f"/v1/authorization-requests/{draft['id']}/submission")


def decided(biller: Caller, request_id: str) -> Answer:
    """Wait for the payer's decision."""
    open_states = ("draft", "submitted")
    return biller.until(f"/v1/authorization-requests/{request_id}", lambda found: found["status"] not in open_states)


def balance(reader: Caller, client_id: str, **wanted: int) -> Json:
    """The client's authorization, once its numbers are what is wanted."""

    def holds(found: Any) -> bool:
        return bool(found["items"]) and all(found["items"][0][name] == value for name, value in wanted.items())

    first: Json = reader.until("/v1/authorizations", holds, client_id=client_id).items[0]
    return first


def free_slots(scheduler: Caller, provider_id: str, from_on: date) -> list[Json]:
    found = scheduler.get(
        "/v1/slots",
        provider_id=provider_id,
        from_on=from_on.isoformat(),
        until_on=(from_on + timedelta(days=SLOT_SEARCH_DAYS)).isoformat(),
        kind="individual",
        duration_minutes=SLOT_MINUTES,
    )
    return found.items


def series_of(slot: Json, client_id: str, episode_id: str, count: int) -> Json:
    return {
        "client_id": client_id,
        "episode_id": episode_id,
        "provider_id": slot["provider_id"],
        "clinic_id": slot["clinic_id"],
        "kind": "individual",
        "first_start_local": slot["start_local"],
        "timezone": slot["timezone"],
        "duration_minutes": slot["duration_minutes"],
        "count": count,
        "every_weeks": 1,
    }


def attend(clinician: Caller, appointment: Json, minutes: int = SESSION_MINUTES) -> Answer:
    """The session took place and ended; the clock stands at its end or later."""
    began = datetime.fromisoformat(appointment["start_at"])
    body = {"started_at": began.isoformat(), "ended_at": (began + timedelta(minutes=minutes)).isoformat()}
    return clinician.post(f"/v1/appointments/{appointment['id']}/attendance", body)


def note_of(clinician: Caller, client_id: str, appointment_id: str) -> Json:
    """The draft that the kept session made; it comes by an event."""

    def mine(found: Any) -> bool:
        return any(note["appointment_id"] == appointment_id for note in found["items"])

    notes = clinician.until("/v1/notes", mine, client_id=client_id).items
    found: Json = next(note for note in notes if note["appointment_id"] == appointment_id)
    return found


def write_note(clinician: Caller, note_id: str, objectives: list[str], diagnosis_id: str, code: str | None) -> Answer:
    """Write the draft in SOAP form. The clinician confirms the service code."""
    draft = clinician.get(f"/v1/notes/{note_id}")
    sections = ("subjective", "objective", "assessment", "plan")
    change = {
        "format": "soap",
        "content": {section: f"Sample {section} text." for section in sections},
        "response": "Sample response.",
        "place": "office",
        "attendees": ["client"],
        "modalities": ["cbt"],
        "interventions": ["behavioral_activation"],
        "objective_ids": objectives,
        "diagnosis_ids": [diagnosis_id],
        "risk": "none_identified",
        **({"service_code": code} if code else {}),
    }
    return clinician.patch(f"/v1/notes/{note_id}", change, must(draft.etag, "an ETag on a note"))


def sign_note(clinician: Caller, note_id: str) -> Answer:
    return clinician.post(f"/v1/notes/{note_id}/signature")


def suggest_code(reader: Caller, minutes: int, on: date) -> Answer:
    return reader.post(
        "/v1/service-codes/suggestion",
        {"service_kind": "individual", "minutes": minutes, "service_date": on.isoformat()},
    )


def discharge(clinician: Caller, episode_id: str, objectives: list[str], on: date) -> Answer:
    """The summary, signed: goals met."""
    sections = ("services_given", "progress", "aftercare", "participation")
    draft = clinician.post(
        "/v1/discharges",
        {
            "episode_id": episode_id,
            "reason_code": "goals_met",
            "discharged_on": on.isoformat(),
            "risk_level": "none_identified",
            "goals": [{"objective_id": objective, "outcome": "met"} for objective in objectives],
            "summary": {section: f"Sample {section.replace('_', ' ')}." for section in sections},
        },
    )
    return clinician.post(f"/v1/discharges/{draft['id']}/signature")


def instant(text: str) -> datetime:
    """A time as the API writes it."""
    return datetime.fromisoformat(text)


def local_day(at: datetime, zone: str) -> date:
    return at.astimezone(ZoneInfo(zone)).date()


def must(value: str | None, what: str) -> str:
    if value is None:
        raise Trouble(f"The platform did not send {what}.")
    return value
