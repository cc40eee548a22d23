"""Fills a new platform with plainly synthetic people and places: through the gateway and the sandbox clock only.

The same plan each time. What one step tells by events, the next may rest on: `settle` waits until all is quiet.
"""

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from trellis import care, plan
from trellis.api import Caller, Gateway, Json
from trellis.care import Person
from trellis.layout import Layout
from trellis.problems import Trouble
from trellis.secretbook import open_secrets
from trellis.show import Step, complain, console, step

LATER = timedelta(days=3650)
EARLIER = timedelta(days=400)
CONSENTS = ("treatment", "telehealth", "npp_acknowledgement", "financial_agreement")
SESSIONS = 6
WEEKDAYS = range(5)
BEGINS_WITHIN, LOOK_EVERY = 5.0, 0.5  # seconds


@dataclass
class Sown:
    """What was made for one agency, by name."""

    gateway: Gateway
    agency: plan.Agency
    today: date
    users: dict[str, str] = field(default_factory=dict)
    clinics: list[str] = field(default_factory=list)
    programs: list[str] = field(default_factory=list)
    payers: list[str] = field(default_factory=list)
    services: list[str] = field(default_factory=list)

    def of(self, username: str) -> Caller:
        return self.gateway.person(self.agency.slug, username)


@dataclass
class Case:
    """One Sample Client and what was made for them."""

    person: Person
    client_id: str
    clinic_id: str
    clinician: str
    coverage_id: str = ""
    episode_id: str = ""
    diagnosis_id: str = ""
    objectives: list[str] = field(default_factory=list)
    appointments: list[Json] = field(default_factory=list)


def seed_once(layout: Layout) -> None:
    """Seed the platform of this layout when nobody is in its sandbox yet. While it lasts a mark stands in the state."""
    with Gateway(layout.gateway_url) as gateway:
        if gateway.people():
            return
    mark_of(layout).touch()
    run(layout.gateway_url, open_secrets(layout.state).operator_secret)
    mark_of(layout).unlink()


def mark_of(layout: Layout) -> Path:
    return layout.state / "seeding"


def await_seed(gateway: Gateway, layout: Layout, *, is_needed: bool) -> None:
    """On a platform that runs already: wait until who started it has seeded it. Raises Trouble where nobody does."""
    deadline = time.monotonic() + BEGINS_WITHIN
    while is_needed and not mark_of(layout).exists() and not gateway.people():
        if time.monotonic() > deadline:
            raise Trouble("Nobody is in this platform's sandbox: end it and say make run, which seeds it once.")
        time.sleep(LOOK_EVERY)
    if not mark_of(layout).exists():
        return
    console.print("The first start is still seeding the sandbox (some minutes): this begins when it is done.")
    with step("Sandbox seeded by the first start") as shown:
        while mark_of(layout).exists():
            shown.say(f"{len(gateway.people())} people so far")
            time.sleep(LOOK_EVERY)


def forget_cut_seed(layout: Layout) -> None:
    """A seed that was cut short left half a sandbox: an embedded database begins anew. Before the platform starts."""
    if mark_of(layout).exists() and layout.has_own_postgres:
        complain("The first seed was cut short: beginning with an empty database.")
        for name in ("postgres", "kafka-data"):
            shutil.rmtree(layout.state / name, ignore_errors=True)
        mark_of(layout).unlink()


def run(url: str, operator_secret: str) -> None:
    """Seed the platform at this address; its operator opens the agencies."""
    with Gateway(url) as gateway, step("Sandbox seeded") as shown:
        operator = gateway.app("operator", operator_secret)
        sown = [sow_agency(gateway, operator, agency, shown) for agency in plan.AGENCIES]
        cases = {one.agency.slug: sow_clients(one, shown) for one in sown}
        let_weeks_pass(sown, cases, shown)
        for one in sown:
            sow_portal(one, cases[one.agency.slug])
            sow_hold(one, cases[one.agency.slug][0])
        settle(gateway)
        shown.note = f"{len(sown)} agencies, {sum(map(len, cases.values()))} Sample Clients"


def settle(gateway: Gateway) -> None:
    """Wait until every service has applied what it was told; a second passes on the sandbox clock."""
    gateway.advance("PT1S")


def sow_agency(gateway: Gateway, operator: Caller, agency: plan.Agency, shown: Step) -> Sown:
    """An agency with its clinics, staff, programs, payers, availability and directory."""
    shown.say(f"{agency.name}: clinics and staff")
    body = {"name": agency.name, "slug": agency.slug, "timezone": agency.timezone, "administrator": "administrator"}
    opened = operator.post("/v1/admin/agencies", body)
    sown = Sown(gateway, agency, care.local_day(gateway.now(), agency.timezone))
    sown.users["administrator"] = opened["administrator_id"]
    administrator = sown.of("administrator")
    sown.clinics = [administrator.post("/v1/admin/clinics", {"name": name})["id"] for name in agency.clinics]
    for username, role in plan.STAFF.items():
        clinics = sown.clinics[:1] if role == "front_desk" else []
        user = {"username": username, "roles": [role], "clinic_ids": clinics}
        sown.users[username] = administrator.post("/v1/admin/users", user)["id"]
    administrator.post("/v1/admin/partner-apps", {"name": f"{agency.name}: website", "scopes": ["inquiries:create"]})
    settle(gateway)
    shown.say(f"{agency.name}: clinicians, programs, payers, directory")
    sow_clinicians(sown)
    sow_offers(sown)
    sow_directory(sown)
    settle(gateway)
    return sown


def sow_clinicians(sown: Sown) -> None:
    """Profiles, verified licences, supervision."""
    administrator, supervisor = sown.of("administrator"), sown.of("clinical-supervisor")
    first = [agency.slug for agency in plan.AGENCIES].index(sown.agency.slug) * 100
    for number, username in enumerate(plan.CLINICIANS, first + 1):
        sow_profile(sown, administrator, username, number)
    for number, (username, kind) in enumerate(plan.CREDENTIALS.items(), first + 1):
        sow_licence(sown, administrator, username, kind, number)
    settle(sown.gateway)
    for username in plan.SUPERVISED:
        sow_supervision(sown, supervisor, username)


def sow_profile(sown: Sown, administrator: Caller, username: str, number: int) -> None:
    profile = {
        "id": sown.users[username],
        "npi": plan.npi(number),
        "specialties": ["adults"],
        "languages": ["en"],
        "is_practicum_student": username == "practicum-student",
    }
    administrator.post("/v1/clinicians", profile)


def sow_licence(sown: Sown, administrator: Caller, username: str, kind: str, number: int) -> None:
    licence = {
        "clinician_id": sown.users[username],
        "type": kind,
        "state": sown.agency.state,
        "number": f"SAMPLE-{number}",
        "issued_on": (sown.today - EARLIER).isoformat(),
        "expires_on": (sown.today + LATER).isoformat(),
    }
    entered = administrator.post("/v1/credentials", licence)
    administrator.post(f"/v1/credentials/{entered['id']}/verification", {"source": "state_board"})


def sow_therapists(sown: Sown, count: int) -> list[str]:
    """So many more therapists, each with a licence and open hours; their usernames."""
    administrator, scheduler = sown.of("administrator"), sown.of("scheduler")
    usernames = [f"therapist-of-{number}" for number in range(1, count + 1)]
    for username in usernames:
        sown.users[username] = administrator.post("/v1/admin/users", {"username": username, "roles": ["therapist"]})[
            "id"
        ]
    settle(sown.gateway)
    for number, username in enumerate(usernames, 50):
        sow_profile(sown, administrator, username, number)
        sow_licence(sown, administrator, username, "LCSW", number)
        sow_hours(sown, scheduler, username)
    settle(sown.gateway)
    return usernames


def sow_supervision(sown: Sown, supervisor: Caller, username: str) -> None:
    assigned = supervisor.post(
        "/v1/supervision-assignments",
        {
            "supervisee_id": sown.users[username],
            "supervisor_id": sown.users["clinical-supervisor"],
            "minutes_per_week": 60,
            "starts_on": sown.today.isoformat(),
        },
    )
    session = {"assignment_id": assigned["id"], "kind": "individual", "held_on": sown.today.isoformat(), "minutes": 60}
    held = supervisor.post("/v1/supervision-sessions", session)
    supervisor.post(f"/v1/supervision-sessions/{held['id']}/signature")


def sow_offers(sown: Sown) -> None:
    """Programs, payers and open hours."""
    director, biller, scheduler = sown.of("program-director"), sown.of("billing-ur"), sown.of("scheduler")
    for number, clinic in enumerate(sown.clinics):
        body = {
            "clinic_id": clinic,
            "code": f"OP-{number + 1}",
            "name": "Sample outpatient program",
            "review_every_days": 90,
        }
        sown.programs.append(director.post("/v1/admin/programs", body)["id"])
    part2 = {"clinic_id": sown.clinics[0], "code": "SUD-1", "name": "Sample recovery program", "is_part2": True}
    director.post("/v1/admin/programs", part2)
    for name, kind, adapter in plan.PAYERS:
        sown.payers.append(
            biller.post("/v1/admin/payers", {"name": name, "payer_type": kind, "adapter": adapter})["id"]
        )
    settle(sown.gateway)
    for username in plan.SEES_CLIENTS:
        sow_hours(sown, scheduler, username)


def sow_hours(sown: Sown, scheduler: Caller, username: str) -> None:
    """Open from Monday to Friday, eight to six."""
    hours = {
        "provider_id": sown.users[username],
        "clinic_id": sown.clinics[0],
        "timezone": sown.agency.timezone,
        "windows": [{"weekday": day, "start": "08:00:00", "end": "18:00:00"} for day in WEEKDAYS],
        "slot_minutes": care.SLOT_MINUTES,
        "effective_from": sown.today.isoformat(),
    }
    scheduler.post("/v1/availabilities", hours)


def sow_directory(sown: Sown) -> None:
    """Organisations with a service each, at a place each."""
    manager = sown.of("directory-manager")
    for number, (name, what, service) in enumerate(plan.DIRECTORY, 1):
        organization = manager.post("/v1/organizations", {"name": name, "description": what})["id"]
        offer = {
            "organization_id": organization,
            "name": service,
            "status": "active",
            "description": what,
            "assured_date": sown.today.isoformat(),
        }
        address = {
            "address_type": "physical",
            "address_1": f"{number} Sample Street",
            "city": "Sampleton",
            "state_province": sown.agency.state,
            "postal_code": "00000",
        }
        place = {"organization_id": organization, "location_type": "physical", "name": name, "addresses": [address]}
        sown.services.append(manager.post("/v1/services", offer)["id"])
        location = manager.post("/v1/locations", place)["id"]
        manager.post(f"/v1/services/{sown.services[-1]}/locations", {"location_id": location})


def sow_clients(sown: Sown, shown: Step) -> list[Case]:
    """All Sample Clients of an agency: inquiry, registration, coverage; the first of them admitted and in treatment."""
    cases = []
    for place, number in enumerate(sown.agency.clients):
        shown.say(f"{sown.agency.name}: Sample Client {number:02d}")
        cases.append(sow_client(sown, number, place))
    settle(sown.gateway)
    in_care = cases[: sown.agency.in_care + 1]
    for case in cases:
        sow_coverage(sown, case)
    for case in in_care:
        shown.say(f"{sown.agency.name}: {case.person.shown} is admitted")
        sow_admission(sown, case)
    settle(sown.gateway)
    for case in in_care:
        shown.say(f"{sown.agency.name}: {case.person.shown} begins treatment")
        sow_treatment(sown, case)
    return cases


def sow_client(sown: Sown, number: int, place: int) -> Case:
    coordinator, person = sown.of("intake-coordinator"), plan.sample_client(number)
    clinic = sown.clinics[0 if place <= sown.agency.in_care else place % 3]
    inquiry = coordinator.post("/v1/inquiries", care.inquiry_of(person, clinic))["id"]
    care.triage(coordinator, inquiry, "urgent" if number % 5 == 0 else "routine")
    care.reach(coordinator, inquiry, sown.today + timedelta(days=2))
    client = coordinator.post("/v1/clients", care.client_of(person, clinic, inquiry))["id"]
    return Case(person, client, clinic, ("therapist", "therapist-2")[place % 2])


def sow_coverage(sown: Sown, case: Case) -> None:
    coordinator = sown.of("intake-coordinator")
    starts = sown.today - timedelta(days=30)
    covered = care.cover(coordinator, case.client_id, sown.payers[0], case.person.member_id, starts)
    case.coverage_id = covered["id"]
    care.check_eligibility(coordinator, case.coverage_id, sown.today)


def sow_admission(sown: Sown, case: Case) -> None:
    coordinator = sown.of("intake-coordinator")
    for kind in CONSENTS:
        care.consent(coordinator, case.client_id, kind)
    opened = care.open_episode(coordinator, case.client_id, sown.programs[0], sown.users[case.clinician])
    case.episode_id = opened["id"]
    care.admit(coordinator, case.episode_id)


def sow_treatment(sown: Sown, case: Case) -> None:
    """Measures, risk, assessment, diagnosis, plan, needs, authorization, a weekly series."""
    clinician, biller = sown.of(case.clinician), sown.of("billing-ur")
    care.meet(clinician, case.client_id)
    care.measure(clinician, case.client_id, "phq-9", care.PHQ_9_OF_18, "intake")
    care.measure(clinician, case.client_id, "gad-7", care.GAD_7_OF_12, "intake")
    care.screen_risk(clinician, case.client_id)
    care.assess(clinician, case.client_id, case.episode_id)
    case.diagnosis_id = care.diagnose(clinician, case.client_id, case.episode_id)["id"]
    sow_plan(sown, case, clinician)
    sow_need(sown, case, clinician)
    settle(sown.gateway)  # the insurer's packet needs the diagnosis, which reaches authorizations by event
    until = sown.today + timedelta(days=180)
    asked = care.request_authorization(biller, case.client_id, case.coverage_id, 12, sown.today, until)
    care.decided(biller, asked["id"])
    care.balance(biller, case.client_id, approved=12)
    sow_series(sown, case)


def sow_plan(sown: Sown, case: Case, clinician: Caller) -> None:
    due_on = sown.today + timedelta(days=120)
    made = clinician.post("/v1/plans", care.plan_of(case.episode_id, case.diagnosis_id, due_on))
    care.sign_plan(clinician, made["id"], "clinician")
    active = care.sign_plan(clinician, made["id"], "client")
    case.objectives = care.objective_ids(active.body)


def sow_need(sown: Sown, case: Case, clinician: Caller) -> None:
    found = {"client_id": case.client_id, "domain": "food-insecurity", "code": "Z59.41", "wants_help": True}
    need = clinician.post("/v1/needs", found)["id"]
    clinician.post("/v1/referrals", {"client_id": case.client_id, "need_id": need, "service_id": sown.services[0]})


def sow_series(sown: Sown, case: Case) -> None:
    scheduler = sown.of("scheduler")
    slot = care.free_slots(scheduler, sown.users[case.clinician], sown.today + timedelta(days=1))[0]
    booked = scheduler.post("/v1/appointment-series", care.series_of(slot, case.client_id, case.episode_id, SESSIONS))
    case.appointments = booked["appointments"]


def let_weeks_pass(sown: Sequence[Sown], cases: dict[str, list[Case]], shown: Step) -> None:
    """The first session of each is kept and noted; the very first client of each agency gets well and is discharged."""
    due: list[tuple[str, Sown, Case]] = sorted(
        (
            (case.appointments[0]["end_at"], one, case)
            for one in sown
            for case in cases[one.agency.slug]
            if case.appointments
        ),
        key=lambda entry: entry[0],
    )
    for _, one, case in due:
        shown.say(f"{one.agency.name}: {case.person.shown} comes to the first session")
        keep_session(one, case, case.appointments[0])
    for one in sown:
        case = cases[one.agency.slug][0]
        shown.say(f"{one.agency.name}: {case.person.shown} is discharged")
        clinician = one.of(case.clinician)
        care.measure(clinician, case.client_id, "phq-9", care.PHQ_9_OF_4, "discharge")
        on = care.local_day(one.gateway.now(), one.agency.timezone)
        care.discharge(clinician, case.episode_id, case.objectives, on)
        break_glass(one, cases[one.agency.slug][-1])


def break_glass(sown: Sown, case: Case) -> None:
    """The psychiatrist on call opens a record in an emergency, closes it again, and the privacy officer looks back."""
    psychiatrist, officer = sown.of("psychiatrist"), sown.of("privacy-officer")
    asked = {"client_id": case.client_id, "reason": "crisis_contact", "explanation": "Sample call of a crisis line."}
    grant = f"/v1/break-glass-grants/{psychiatrist.post('/v1/break-glass-grants', asked)['id']}"
    psychiatrist.post(f"{grant}/end")
    officer.post(f"{grant}/review", {"is_justified": True, "finding": "Sample finding: the call is on the list."})


def keep_session(sown: Sown, case: Case, appointment: Json) -> None:
    """The clock goes to the session's end; the session is kept, its note written and signed."""
    clinician = sown.of(case.clinician)
    move_to_end(sown.gateway, appointment)
    care.attend(clinician, appointment)
    note = care.note_of(clinician, case.client_id, appointment["id"])
    care.write_note(clinician, note["id"], case.objectives, case.diagnosis_id, "90834")
    care.sign_note(clinician, note["id"])


def move_to_end(gateway: Gateway, appointment: Json) -> None:
    """Forward to the appointment's end, where the clock is not there yet."""
    end = care.instant(appointment["end_at"])
    if end > gateway.now():
        gateway.advance_to(end)


def sow_portal(sown: Sown, cases: Sequence[Case]) -> None:
    """A client and a guardian who may sign in, each with one client granted, and where their portal stands."""
    administrator = sown.of("administrator")
    for username, role, case in (("client-portal", "client_portal", cases[1]), ("guardian", "guardian", cases[-1])):
        granted: dict[str, Any] = {"username": username, "roles": [role], "client_ids": [case.client_id]}
        sown.users[username] = administrator.post("/v1/admin/users", granted)["id"]
    administrator.post("/v1/admin/sign-in-clients", {"kind": "client-portal", "redirect_uris": [plan.PORTAL]})
    standing = {"guardian_id": sown.users["guardian"], "authority": "guardian_of_adult", "may_consent": True}
    path = f"/v1/clients/{cases[-1].client_id}/guardianships"
    sown.of("intake-coordinator").post(path, {**standing, "starts_on": sown.today.isoformat()})


def sow_hold(sown: Sown, case: Case) -> None:
    """A legal hold: nothing of this client is purged."""
    sown.of("privacy-officer").post("/v1/legal-holds", {"client_id": case.client_id, "reason": "complaint"})
