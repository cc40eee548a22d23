"""A whole course of care: from the web inquiry to the discharge.

Source: domain specification, section 10, J1. Each step is done by the role that would do it, through the gateway only.
"""

import random
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from holidays import country_holidays

from trellis import care, plan
from trellis.api import Caller, Json, Problem, eventually
from trellis.journeys.course import Course, Step
from trellis.problems import Trouble

UNITS = 12
SESSIONS = 8
TRIAGE_DAYS = 10
CONSENTS = ("treatment", "telehealth", "npp_acknowledgement", "financial_agreement")
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
SERVICES = ("intake", "clinical-records", "scheduling", "referrals", "authorizations", "workforce")
AGENCY = plan.AGENCIES[0]
ZONE = ZoneInfo(AGENCY.timezone)


def somebody_new(chance: random.Random) -> care.Person:
    """A plainly synthetic person whom nobody has seen."""
    word = "".join(chance.choices(LETTERS, k=6)).title()
    born_on = date(1950, 1, 1) + timedelta(days=chance.randrange(18_000))
    digits = f"{chance.randrange(10_000):04d}"
    return care.Person("Demo", f"Person {word}", born_on, f"+1 872 555 {digits}", f"DEMO-{word.upper()}-{digits}")


def today(course: Course) -> date:
    return course.gateway.now().astimezone(ZONE).date()


def local(at: str | datetime) -> str:
    """A time as people of the agency read it."""
    moment = care.instant(at) if isinstance(at, str) else at
    return f"{moment.astimezone(ZONE):%a %d %b %Y %H:%M}"


def step_inquire(course: Course) -> str:
    """The agency's website asks, with nothing but the right to ask."""
    facts, administrator = course.facts, course.of("administrator")
    facts["clinics"] = administrator.every("/v1/admin/clinics")
    facts["person"] = somebody_new(course.chance)
    app = administrator.post("/v1/admin/partner-apps", {"name": "Demo website", "scopes": ["inquiries:create"]})
    website = course.gateway.app(app["client_id"], app["client_secret"])
    facts["clinic_id"] = next(c["id"] for c in facts["clinics"] if c["name"] == AGENCY.clinics[0])
    course.settle()
    asked = website.post("/v1/inquiries", care.inquiry_of(facts["person"], facts["clinic_id"], "web"))
    facts["inquiry_id"] = asked["id"]
    course.check("the website can read nothing", status_of(website, "/v1/inquiries"), 403)
    administrator.post(f"/v1/admin/partner-apps/{app['id']}/revocation")
    return f"inquiry {asked['status']}"


def status_of(caller: Caller, path: str) -> int:
    """How reading ends for this caller."""
    try:
        return caller.get(path).status
    except Problem as problem:
        return problem.status


def step_triage(course: Course) -> str:
    facts, coordinator = course.facts, course.of("intake-coordinator")
    triaged = care.triage(coordinator, facts["inquiry_id"], "routine")
    due = care.instant(triaged["due_at"]).astimezone(ZONE).date()
    course.check("routine: due after ten business days", due, business_day(today(course), TRIAGE_DAYS))
    care.reach(coordinator, facts["inquiry_id"], today(course) + timedelta(days=1))
    return f"routine; first evaluation due {local(triaged['due_at'])}; reached by phone"


def business_day(start: date, number: int) -> date:
    """The nth business day after `start`, which is day 0."""
    closed, day = country_holidays("US", years=range(start.year, start.year + 2)), start
    while number:
        day += timedelta(days=1)
        number -= day.weekday() < 5 and day not in closed
    return day


def step_register(course: Course) -> str:
    facts, coordinator = course.facts, course.of("intake-coordinator")
    body = care.client_of(facts["person"], facts["clinic_id"], facts["inquiry_id"])
    facts["client_id"] = coordinator.post("/v1/clients", body)["id"]
    again = coordinator.refused("/v1/clients", care.client_of(facts["person"], facts["clinic_id"], None))
    course.check("the same person again is refused", (again.status, again.code), (409, "client-duplicate-suspected"))
    course.check("the refusal names nobody", facts["person"].last_name in str(again.body), False)
    return f"client {facts['client_id']}\nthe same person again: {again.status} {again.code}"


def step_cover(course: Course) -> str:
    facts, coordinator = course.facts, course.of("intake-coordinator")
    facts["payer_id"] = sandbox_payer(course)
    starts = today(course) - timedelta(days=60)
    client_id, member_id = facts["client_id"], facts["person"].member_id
    covered = eventually(lambda: care.cover(coordinator, client_id, facts["payer_id"], member_id, starts), 10)
    facts["coverage_id"] = covered["id"]
    checked = care.check_eligibility(coordinator, facts["coverage_id"], today(course))
    course.check("eligibility at the sandbox payer", checked["status"], "active")
    course.check("mental health needs an authorization", checked["auth_required"].get("MH"), "Y")
    return f"{checked['status']}; authorization required: {checked['auth_required']}"


def sandbox_payer(course: Course) -> str:
    """The payer that answers by itself."""
    payers = course.of("billing-ur").every("/v1/admin/payers")
    return str(next(payer["id"] for payer in payers if payer["name"] == plan.PAYERS[0][0]))


def step_consents(course: Course) -> str:
    facts = course.facts
    programs = course.of("intake-coordinator").every("/v1/admin/programs")
    facts["program_id"] = next(p["id"] for p in programs if p["clinic_id"] == facts["clinic_id"] and not p["is_part2"])
    facts["clinician_id"] = user_id(course, course.clinician)
    coordinator = course.of("intake-coordinator")
    opened = care.open_episode(coordinator, facts["client_id"], facts["program_id"], facts["clinician_id"])
    facts["episode_id"] = opened["id"]
    early = coordinator.refused(f"/v1/episodes/{facts['episode_id']}/admission", {})
    course.check("no admission without consent to treatment", early.status, 409)
    signed = [care.consent(course.of("front-desk"), facts["client_id"], kind)["status"] for kind in CONSENTS]
    course.check("consents active", signed.count("active"), len(CONSENTS))
    return f"before: {early.status} {early.code}; then signed: {', '.join(CONSENTS)}"


def user_id(course: Course, username: str) -> str:
    users = course.of("administrator").every("/v1/admin/users")
    return str(next(user["id"] for user in users if user["username"] == username))


def step_admit(course: Course) -> str:
    facts = course.facts
    admitted = care.admit(course.of("intake-coordinator"), facts["episode_id"])
    care.meet(course.of(course.clinician), facts["client_id"])
    course.check(
        "a stranger on the staff finds nothing", status_of(course.of(course.colleague), chart_path(facts)), 404
    )
    return f"episode {admitted['status']}; the therapist is on the care team; a colleague is not and finds nothing"


def chart_path(facts: Json) -> str:
    return f"/v1/clients/{facts['client_id']}"


def step_measures(course: Course) -> str:
    facts, therapist = course.facts, course.of(course.clinician)
    phq = care.measure(therapist, facts["client_id"], "phq-9", care.PHQ_9_OF_18, "intake")
    gad = care.measure(therapist, facts["client_id"], "gad-7", care.GAD_7_OF_12, "intake")
    risk = care.screen_risk(therapist, facts["client_id"])
    course.check("PHQ-9", (phq["total"], phq["band"]), (18, "moderately_severe"))
    course.check("GAD-7", (gad["total"], gad["band"]), (12, "moderate"))
    course.check("C-SSRS", risk["level"], "none_identified")
    return f"PHQ-9 {phq['total']} {phq['band']}; GAD-7 {gad['total']} {gad['band']}; C-SSRS {risk['level']}"


def step_assess(course: Course) -> str:
    facts, therapist = course.facts, course.of(course.clinician)
    signed = care.assess(therapist, facts["client_id"], facts["episode_id"])
    found = care.diagnose(therapist, facts["client_id"], facts["episode_id"])
    facts["diagnosis_id"] = found["id"]
    course.check("assessment", signed["status"], "final")
    course.check("diagnosis can be billed", found["is_billable"])
    return f"assessment {signed['status']}; {found['code']} {found['verification']}, rank {found['rank']}"


def step_plan(course: Course) -> str:
    facts, therapist = course.facts, course.of(course.clinician)
    due_on = today(course) + timedelta(days=120)
    vague = care.plan_of(facts["episode_id"], facts["diagnosis_id"], due_on, is_measurable=False)
    facts["plan_id"] = therapist.post("/v1/plans", vague)["id"]
    refusal = therapist.refused(f"/v1/plans/{facts['plan_id']}/signatures", {"signer": "clinician"})
    course.check("an objective that cannot be measured is not signed", refusal.status in (409, 422))
    draft = therapist.get(f"/v1/plans/{facts['plan_id']}")
    whole = care.plan_of(facts["episode_id"], facts["diagnosis_id"], due_on)
    del whole["episode_id"]
    therapist.patch(f"/v1/plans/{facts['plan_id']}", whole, care.must(draft.etag, "an ETag on a plan"))
    first = care.sign_plan(therapist, facts["plan_id"], "clinician")
    active = care.sign_plan(therapist, facts["plan_id"], "client")
    facts["objectives"] = care.objective_ids(active.body)
    course.check(
        "plan after one signature, after both", (first["status"], active["status"]), ("awaiting_signatures", "active")
    )
    return f"vague objective: {refusal.status}; measurable: {active['status']}, review due {active['review_due_on']}"


def step_authorize(course: Course) -> str:
    facts, biller = course.facts, course.of("billing-ur")
    start = today(course)
    asked = care.request_authorization(
        biller, facts["client_id"], facts["coverage_id"], UNITS, start, start + timedelta(days=180)
    )
    answer = care.decided(biller, asked["id"])
    held = care.balance(biller, facts["client_id"], approved=UNITS)
    facts["authorization_number"] = held["number"]
    course.check("prior authorization", (answer["status"], answer["action_code"]), ("approved", "A1"))
    course.check("visits authorized", held["approved"], UNITS)
    said = f"{asked['status']} → {answer['status']} ({answer['action_code']})"
    return f"{said}; number {held['number']}: {held['approved']} visits"


def step_book(course: Course) -> str:
    facts, scheduler = course.facts, course.of("scheduler")
    course.settle()  # a booking is weighed by what scheduling has heard of the authorization
    facts["appointments"] = book(course, scheduler)
    held = care.balance(course.of("billing-ur"), facts["client_id"], reserved=UNITS)
    course.check("units reserved, available", (held["reserved"], held["available"]), (UNITS, 0))
    first, last = facts["appointments"][0], facts["appointments"][-1]
    walls = {appointment["start_local"][11:16] for appointment in facts["appointments"]}
    course.check("every session at the same wall time", len(walls), 1)
    return (
        f"{UNITS} weekly sessions, {local(first['start_at'])} to {local(last['start_at'])}; reserved {held['reserved']}"
    )


def book(course: Course, scheduler: Caller) -> list[Json]:
    """The first slot whose next twelve weeks are free."""
    facts = course.facts
    for slot in care.free_slots(scheduler, facts["clinician_id"], today(course) + timedelta(days=1)):
        try:
            body = care.series_of(slot, facts["client_id"], facts["episode_id"], UNITS)
            appointments: list[Json] = scheduler.post("/v1/appointment-series", body)["appointments"]
            return sorted(appointments, key=lambda each: str(each["start_at"]))
        except Problem as problem:
            if problem.status != 409:
                raise
    raise Trouble("No slot is free for twelve weeks.")


def step_session(course: Course) -> str:
    facts, therapist = course.facts, course.of(course.clinician)
    first = facts["appointments"][0]
    early = therapist.refused(f"/v1/appointments/{first['id']}/attendance", attendance_of(first))
    course.check("a session that has not ended cannot be kept", early.status, 409)
    course.move_to(care.instant(first["start_at"]) + timedelta(minutes=care.SESSION_MINUTES))
    kept = care.attend(therapist, first)
    course.check("session kept", (kept["status"], kept["minutes"]), ("kept", care.SESSION_MINUTES))
    said = f"before its time: {early.status}; the clock moves to {local(kept['ended_at'])}"
    return f"{said}: {kept['status']}, {kept['minutes']} minutes"


def attendance_of(appointment: Json) -> Json:
    began = care.instant(appointment["start_at"])
    ended = began + timedelta(minutes=care.SESSION_MINUTES)
    return {"started_at": began.isoformat(), "ended_at": ended.isoformat()}


def step_note(course: Course) -> str:
    facts, therapist = course.facts, course.of(course.clinician)
    first = facts["appointments"][0]
    draft = care.note_of(therapist, facts["client_id"], first["id"])
    facts["note_id"] = draft["id"]
    suggested = care.suggest_code(therapist, care.SESSION_MINUTES, date.fromisoformat(first["service_date"]))
    course.check("52 minutes: suggested code", suggested["code"], "90834")
    written = care.write_note(therapist, draft["id"], facts["objectives"], facts["diagnosis_id"], suggested["code"])
    signed = care.sign_note(therapist, draft["id"])
    course.check("progress note", signed["status"], "final")
    said = f"draft made by the session, written (version {written['version']})"
    return f"{said}, signed: {signed['status']}; suggested code {suggested['code']}"


def step_charge(course: Course) -> str:
    facts, biller = course.facts, course.of("billing-ur")
    held = care.balance(biller, facts["client_id"], used=1)
    course.check("units used, reserved", (held["used"], held["reserved"]), (1, UNITS - 1))
    charge = charge_of(biller, facts["client_id"], facts["note_id"])
    course.check("charge", (charge["status"], charge["reason_codes"]), ("ready", []))
    course.check(
        "the charge bears the authorization number", charge["authorization_number"], facts["authorization_number"]
    )
    codes = ", ".join(line["code"] for line in charge["lines"])
    said = f"used {held['used']}, reserved {held['reserved']}"
    return f"{said}; charge {charge['status']}: {codes}, authorization {charge['authorization_number']}"


def charge_of(biller: Caller, client_id: str, note_id: str) -> Json:
    """The charge of a note, once it is ready."""

    def ready(found: Any) -> bool:
        return any(charge["note_id"] == note_id and charge["status"] == "ready" for charge in found["items"])

    charges = biller.until("/v1/charges", ready, client_id=client_id).items
    found: Json = next(charge for charge in charges if charge["note_id"] == note_id)
    return found


def step_weeks(course: Course) -> str:
    """The other sessions, week by week; whatever falls due on the way."""
    facts, therapist = course.facts, course.of(course.clinician)
    seen: dict[str, Json] = {}
    note_duties(course, seen)
    for number, appointment in enumerate(facts["appointments"][1:SESSIONS], 2):
        course.say(f"session {number} of {SESSIONS}, {local(appointment['start_at'])}")
        course.move_to(care.instant(appointment["start_at"]) + timedelta(minutes=care.SESSION_MINUTES))
        care.attend(therapist, appointment)
        note = care.note_of(therapist, facts["client_id"], appointment["id"])
        note_duties(course, seen)
        care.write_note(therapist, note["id"], facts["objectives"], facts["diagnosis_id"], "90834")
        care.sign_note(therapist, note["id"])
    held = care.balance(course.of("billing-ur"), facts["client_id"], used=SESSIONS)
    course.check("units used = sessions kept", (held["used"], held["reserved"]), (SESSIONS, UNITS - SESSIONS))
    duties = sorted(seen.values(), key=lambda task: str(task["due_at"]))
    course.check("duties fell due on the way", bool(duties))
    return "\n".join([f"{SESSIONS} sessions kept and noted; duties on the way:", *map(duty_line, duties)])


def note_duties(course: Course, seen: dict[str, Json]) -> None:
    """Remember every task about the client."""
    for task in course.of(course.clinician).every("/v1/tasks", client_id=course.facts["client_id"]):
        seen[task["id"]] = task


def duty_line(task: Json) -> str:
    return f"{local(task['due_at'])}  {task['kind']}: {task['rule']}"


def step_remission(course: Course) -> str:
    facts, therapist = course.facts, course.of(course.clinician)
    scored = care.measure(therapist, facts["client_id"], "phq-9", care.PHQ_9_OF_4, "discharge")
    change = scored["change"]
    course.check("PHQ-9 in remission", (scored["total"], change["is_remission"]), (4, True))
    found = [name.removeprefix("is_").replace("_", " ") for name, holds in change.items() if holds is True]
    return f"PHQ-9 {scored['total']} {scored['band']}; {change['points']} points: {', '.join(found)}"


def step_discharge(course: Course) -> str:
    facts, therapist, biller = course.facts, course.of(course.clinician), course.of("billing-ur")
    final = care.discharge(therapist, facts["episode_id"], facts["objectives"], today(course))
    course.check("discharge", final["status"], "final")
    future = scheduled(course)
    held = care.balance(biller, facts["client_id"], reserved=0)
    course.check("future appointments", future, 0)
    course.check("units used, reserved", (held["used"], held["reserved"]), (SESSIONS, 0))
    episode = course.of("intake-coordinator").until(
        f"/v1/episodes/{facts['episode_id']}", lambda found: found["status"] == "discharged"
    )
    course.check("episode", episode["status"], "discharged")
    aftercare = course.of("intake-coordinator").until(
        "/v1/aftercare-plans", lambda found: bool(found["items"]), client_id=facts["client_id"]
    )
    course.check("aftercare planned", len(aftercare.items), 1)
    said = f"{final['status']}; booked ahead {future}, reserved {held['reserved']}"
    return f"{said}, episode {episode['status']}, aftercare planned"


def scheduled(course: Course) -> int:
    """Sessions still booked, once the discharge has reached scheduling."""
    scheduler, client_id = course.of("scheduler"), course.facts["client_id"]

    def none_booked(found: Any) -> bool:
        return not any(each["status"] in ("booked", "confirmed") for each in found["items"])

    scheduler.until("/v1/appointments", none_booked, client_id=client_id, limit=200)
    every = scheduler.every("/v1/appointments", client_id=client_id)
    return sum(each["status"] in ("booked", "confirmed") for each in every)


STEPS = (
    Step("website", "asks for help for somebody new", step_inquire),
    Step("intake coordinator", "triages and calls back", step_triage),
    Step("intake coordinator", "registers the person, and the same person again", step_register),
    Step("intake coordinator", "notes the coverage and asks the payer", step_cover),
    Step("front desk", "collects the consents", step_consents),
    Step("intake coordinator", "admits the person", step_admit),
    Step("therapist", "PHQ-9, GAD-7, C-SSRS", step_measures),
    Step("therapist", "signs the assessment, records the diagnosis", step_assess),
    Step("therapist", "plans with the person; both sign", step_plan),
    Step("billing", "asks for prior authorization", step_authorize),
    Step("scheduler", "books twelve weekly sessions", step_book),
    Step("therapist", "holds the first session", step_session),
    Step("therapist", "writes and signs the note", step_note),
    Step("billing", "sees the unit used and the charge ready", step_charge),
    Step("therapist", "weeks pass", step_weeks),
    Step("therapist", "PHQ-9 again", step_remission),
    Step("therapist", "discharges", step_discharge),
)

TOLD = (
    "client.registered",
    "consent.granted",
    "episode.opened",
    "care_team.changed",
    "measure.scored",
    "risk.assessed",
    "assessment.signed",
    "diagnosis.recorded",
    "plan.activated",
    "auth.submitted",
    "auth.approved",
    "appointment.booked",
    "auth.unit_reserved",
    "appointment.kept",
    "note.due",
    "note.finalized",
    "auth.unit_consumed",
    "charge.ready",
    "outcome.remission_reached",
    "discharge.finalized",
    "appointment.cancelled",
    "episode.closed",
    "aftercare.planned",
)
"""Events that a whole course tells."""


def check_trail(course: Course, trail: list[Json]) -> None:
    """Every event of the course was told, and each took effect once in each service that listens."""
    told = {event["event"].removesuffix(".v1") for event in trail}
    course.check("events not told", sorted(set(TOLD) - told), [])
    course.check("services in the trail", sorted(set(SERVICES) - services_in(trail)), [])
    twice = [
        (event["event"], service)
        for event in trail
        for service, times in Counter(effect["service"] for effect in event["effects"]).items()
        if times > 1
    ]
    course.check("effects that came twice", twice, [])


def services_in(trail: list[Json]) -> set[str]:
    return {event["service"] for event in trail} | {effect["service"] for event in trail for effect in event["effects"]}
