"""From nothing to the first booked client: an agency without SQL and without the seed.

The operator opens the agency; its administrator and staff come by invitation, set a password, pair an authenticator and
sign in with PKCE. Everything after the operator's first step is done by them, through the gateway only.
"""

import secrets
from datetime import date, timedelta
from urllib.parse import urlsplit

from trellis import agencies, care, plan
from trellis.api import Caller, Json
from trellis.journeys.course import Course, Step
from trellis.journeys.j1 import somebody_new, status_of
from trellis.problems import Trouble
from trellis.secretbook import operator_secret
from trellis.visitor import Visitor

ZONE, STATE, FIRST = "America/Denver", "CO", "first-administrator"
STAFF = {"coordinator": "intake_coordinator", "clinician": "therapist"}
CONSENTS = ("treatment", "npp_acknowledgement", "financial_agreement")
BACK = "https://console.example/signed-in"
TOLD = ("client.registered", "consent.granted", "episode.opened", "care_team.changed", "appointment.booked")


def today(course: Course) -> date:
    return care.local_day(course.gateway.now(), ZONE)


def step_open(course: Course) -> str:
    """The operator's only step."""
    course.agency = f"new-{secrets.token_hex(4)}"
    operator = course.gateway.app("operator", operator_secret())
    new = {
        "name": "Cedar Sample Community Care",
        "slug": course.agency,
        "timezone": ZONE,
        "state": STATE,
        "npi": plan.npi(900),
        "administrator": FIRST,
        "administrator_email": "first@cedar.example",
        "console_redirect_uris": [BACK],
    }
    agency = agencies.opened(operator, new, course.agency)
    invitation = agencies.invited(operator, agency["id"], course.agency)
    again = agencies.invited(operator, agency["id"], course.agency)
    course.facts |= {"agency_id": agency["id"], "link": invitation["link"]}
    course.check("the same key again: the same link", again["link"] == invitation["link"])
    course.check("the operator reads no record", status_of(operator, "/v1/clients"), 403)
    course.check("the operator sees no people", status_of(operator, "/v1/admin/users"), 403)
    return f"agency {agency['id']} with its first administrator; one link, good until {invitation['expires_at']}"


def step_first(course: Course) -> str:
    administrator = let_in(course, FIRST, course.facts["link"])
    spent = Visitor(course.gateway, course.agency, FIRST, BACK)
    spent.load(urlsplit(course.facts["link"]).path)
    course.check("the link is spent", spent.page is not None and spent.page.status_code, 400)
    seen = administrator.every("/v1/admin/agencies")
    course.check("the administrator sees the own agency alone", [a["id"] for a in seen], [course.facts["agency_id"]])
    early = administrator.refused("/v1/admin/agencies", {})
    course.check("and opens none", early.status, 403)
    return f"signed in as client staff-console:{course.agency}, with a second factor"


def let_in(course: Course, username: str, link: str) -> Caller:
    """Takes the link and signs in; from then on the caller of that name."""
    visitor = Visitor(course.gateway, course.agency, username, BACK)
    visitor.accept(link)
    course.signed_in[username] = caller = visitor.caller()
    return caller


def step_place(course: Course) -> str:
    facts, administrator = course.facts, course.of(FIRST)
    facts["clinic_id"] = administrator.post("/v1/admin/clinics", {"name": "Cedar First"})["id"]
    closed = administrator.post("/v1/admin/clinics", {"name": "Cedar Later"})
    etag = care.must(closed.etag, "an ETag on a clinic")
    administrator.patch(f"/v1/admin/clinics/{closed['id']}", {"is_active": False}, etag)
    course.settle()
    program = {"clinic_id": facts["clinic_id"], "code": "OP-1", "name": "Sample outpatient program"}
    facts["program_id"] = administrator.post("/v1/admin/programs", program)["id"]
    refusal = administrator.refused("/v1/admin/programs", {**program, "clinic_id": closed["id"]})
    course.check("no program in a closed clinic", (refusal.status, refusal.code), (409, "clinic-closed"))
    name, kind, adapter = plan.PAYERS[0]
    payer = {"name": name, "payer_type": kind, "adapter": adapter}
    facts["payer_id"] = administrator.post("/v1/admin/payers", payer)["id"]
    return "a clinic, a program, a payer"


def step_staff(course: Course) -> str:
    facts, administrator = course.facts, course.of(FIRST)
    for username, role in STAFF.items():
        made = administrator.post("/v1/admin/users", {"username": username, "roles": [role]})
        facts[username] = made["id"]
        link = administrator.post(f"/v1/admin/users/{made['id']}/invitation")["link"]
        let_in(course, username, link).get("/v1/admin/clinics")
    course.check("staff open no clinics", course.of("coordinator").refused("/v1/admin/clinics", {}).status, 403)
    return f"{', '.join(STAFF.values())}: invited, each signed in with a password and a code of their own"


def step_licence(course: Course) -> str:
    facts, administrator = course.facts, course.of(FIRST)
    course.settle()
    profile = {"id": facts["clinician"], "npi": plan.npi(901), "specialties": ["adults"], "languages": ["en"]}
    administrator.post("/v1/clinicians", profile)
    licence = {
        "clinician_id": facts["clinician"],
        "type": "LCSW",
        "state": STATE,
        "number": "SAMPLE-901",
        "issued_on": (today(course) - timedelta(days=400)).isoformat(),
        "expires_on": (today(course) + timedelta(days=700)).isoformat(),
    }
    entered = administrator.post("/v1/credentials", licence)
    verified = administrator.post(f"/v1/credentials/{entered['id']}/verification", {"source": "state_board"})
    course.settle()
    return f"profile and licence, {verified['status']} at the state board"


def step_hours(course: Course) -> str:
    facts = course.facts
    hours = {
        "provider_id": facts["clinician"],
        "clinic_id": facts["clinic_id"],
        "timezone": ZONE,
        "windows": [{"weekday": day, "start": "08:00:00", "end": "18:00:00"} for day in range(5)],
        "slot_minutes": care.SLOT_MINUTES,
        "effective_from": today(course).isoformat(),
    }
    course.of("clinician").post("/v1/availabilities", hours)
    return "open from Monday to Friday, eight to six"


def step_register(course: Course) -> str:
    facts, coordinator = course.facts, course.of("coordinator")
    facts["person"] = person = somebody_new(course.chance)
    inquiry = coordinator.post("/v1/inquiries", care.inquiry_of(person, facts["clinic_id"]))
    triaged = care.triage(coordinator, inquiry["id"], "routine")
    care.reach(coordinator, inquiry["id"], today(course) + timedelta(days=1))
    body = care.client_of(person, facts["clinic_id"], inquiry["id"])
    facts["client_id"] = coordinator.post("/v1/clients", body)["id"]
    return f"inquiry {triaged['status']}, due {triaged['due_at']}; client {facts['client_id']}"


def step_intake(course: Course) -> str:
    facts, coordinator = course.facts, course.of("coordinator")
    course.settle()
    starts = today(course) - timedelta(days=30)
    covered = care.cover(coordinator, facts["client_id"], facts["payer_id"], facts["person"].member_id, starts)
    checked = care.check_eligibility(coordinator, covered["id"], today(course))
    opened = care.open_episode(coordinator, facts["client_id"], facts["program_id"], facts["clinician"])
    facts["episode_id"] = opened["id"]
    early = coordinator.refused(f"/v1/episodes/{opened['id']}/admission", {})
    course.check("no admission without consent to treatment", early.status, 409)
    for kind in CONSENTS:
        care.consent(coordinator, facts["client_id"], kind)
    admitted = care.admit(coordinator, opened["id"])
    course.check("episode", admitted["status"], "admitted")
    care.meet(course.of("clinician"), facts["client_id"])
    return f"eligibility {checked['status']}; episode {admitted['status']}; the therapist is on the care team"


def step_book(course: Course) -> str:
    facts, coordinator = course.facts, course.of("coordinator")
    course.settle()
    slots = care.free_slots(coordinator, facts["clinician"], today(course) + timedelta(days=1))
    if not slots:
        raise Trouble("The therapist has no free slot.")
    booked = coordinator.post("/v1/appointments", appointment_of(slots[0], facts))
    course.check("appointment", booked["status"], "booked")
    again = coordinator.refused("/v1/appointments", appointment_of(slots[0], facts))
    course.check("the same hour a second time", again.status, 409)
    seen = course.of("clinician").get(f"/v1/appointments/{booked['id']}")
    course.check("the therapist sees it", seen["client_id"], facts["client_id"])
    return f"{booked['status']}: {slots[0]['start_local']} {ZONE}"


def appointment_of(slot: Json, facts: Json) -> Json:
    said = ("provider_id", "clinic_id", "start_local", "timezone", "duration_minutes")
    whose = {"client_id": facts["client_id"], "episode_id": facts["episode_id"], "kind": "individual"}
    return {**whose, **{name: slot[name] for name in said}}


STEPS = (
    Step("operator", "opens an agency", step_open),
    Step("administrator", "takes the invitation and signs in", step_first),
    Step("administrator", "opens a clinic, a program, a payer", step_place),
    Step("administrator", "invites the staff", step_staff),
    Step("administrator", "enters the clinician's licence", step_licence),
    Step("therapist", "says when they see clients", step_hours),
    Step("intake coordinator", "registers the first client", step_register),
    Step("intake coordinator", "coverage, consents, admission", step_intake),
    Step("intake coordinator", "books the first appointment", step_book),
)


def check_trail(course: Course, trail: list[Json]) -> None:
    """What was done was told, and reached the services that listen."""
    told = {event["event"].removesuffix(".v1") for event in trail}
    course.check("events not told", sorted(set(TOLD) - told), [])
