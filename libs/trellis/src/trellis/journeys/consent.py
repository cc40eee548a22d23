"""A consent given and taken back: who is told what, until when, and how the client learns of it.

Source: domain specification 2.5, 2.6 and section 10, J11; decision 25. Each step is done by the one who would do
it; the partner reads through the gateway and round it.
"""

import asyncio
import json
import os
import signal
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from trellis.api import Answer, Caller, Json
from trellis.journeys.course import Course, Step
from trellis.layout import layout_from
from trellis.problems import Trouble
from trellis.readers import CLASSES, READS, SCOPES, Reader

CLIENT, APP = "client-portal", "Sample partner"
FORM = {
    "form_version": "2026-01",
    "form_hash": "0" * 64,
    "statements": ["right_to_revoke", "conditioning", "redisclosure_risk"],
}
LISTENERS = ("authorizations", "referrals", "scheduling")
"""Who inside the agency is told that a consent was revoked."""
REFUSED = "/problems/disclosure-denied"


def wall(ahead: timedelta) -> str:
    """A time on the wall, by which the audit is kept."""
    return (datetime.now(UTC) + ahead).isoformat()


def everywhere(*statuses: int) -> dict[str, list[int]]:
    return {service: list(statuses) for service in READS}


def step_know_oneself(course: Course) -> str:
    own = course.of(CLIENT).every("/v1/me/clients")
    course.check("an account of one's own acts for one client", [one["acts_as"] for one in own], ["client"])
    client_id = course.facts["client_id"] = own[0]["id"]
    course.facts["earlier"] = {event["event_id"] for event in course.gateway.trail(client_id)}
    course.facts["began_at"] = wall(-timedelta(seconds=5))
    documents = course.of(CLIENT).every("/v1/me/documents", client_id=client_id)
    kinds = sorted({one["kind"] for one in documents})
    course.check("own documents are there, of kinds", {"note", "plan"} <= set(kinds))
    return f"acts for {client_id}; {len(documents)} documents ({', '.join(kinds)})"


def step_admit_partner(course: Course) -> str:
    app = course.of("administrator").post("/v1/admin/partner-apps", {"name": APP, "scopes": list(SCOPES)}).body
    course.facts["app"] = app
    token = course.gateway.client_token(app["client_id"], app["client_secret"])["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    reader = course.facts["reader"] = Reader(course.gateway.url, course.facts["client_id"], headers)
    course.check("without a consent every exit refuses", reader.statuses(), everywhere(403, 403))
    said = course.facts["refusal"] = reader.bodies()
    course.check("refusals in different words", len(said) - 1, 0)
    return "a token with the scopes of five services; without a consent: 403 at each, both ways"


def give(course: Course) -> str:
    """The client drafts and signs; the id of the consent."""
    client, app = course.of(CLIENT), course.facts["app"]
    wanted = {
        "client_id": course.facts["client_id"],
        "type": "roi",
        **FORM,
        "purposes": ["TREAT"],
        "scope": {"data_classes": list(CLASSES), "information_description": "The sample record"},
        "recipients": [{"id": app["id"], "name": APP}],
        "expires_at": (course.gateway.now() + timedelta(days=365)).isoformat(),
    }
    draft = client.post("/v1/me/consents", wanted)["id"]
    signed = client.post(f"/v1/me/consents/{draft}/signature")
    course.check("the consent, signed by the client", (signed["status"], signed["signer_role"]), ("active", "client"))
    return str(draft)


def step_consent(course: Course) -> str:
    course.facts["consent_id"] = give(course)
    return f"consent {course.facts['consent_id']} for {', '.join(CLASSES)}"


def step_read(course: Course) -> str:
    found = course.facts["reader"].statuses()
    course.check("with the consent every exit tells", found, everywhere(200, 200))
    return "200 at every service, through the gateway and round it"


async def revoke(course: Course, http: httpx.AsyncClient, consent_id: str) -> httpx.Response:
    """As a caller does: what was not taken is sent again under the same key."""
    client = course.of(CLIENT)
    token = course.gateway.token(client.holder, client.fetch)
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid.uuid4())}
    address = f"{course.gateway.url}/v1/me/consents/{consent_id}/revocation"
    while True:
        answer = await http.post(address, json={}, headers=headers)
        if answer.status_code not in (409, 503):
            return answer
        await asyncio.sleep(0.5)


def step_revoke(course: Course) -> str:
    reader, consent_id = course.facts["reader"], course.facts["consent_id"]
    run = asyncio.run(reader.crowd(lambda http: revoke(course, http, consent_id)))
    course.check("the revocation", (run.act.status_code, run.act.json()["status"]), (200, "revoked"))
    course.check("each service told before", [s for s in READS if not run.was_told_before(s)], [])
    course.check("each service refused after", [s for s in READS if run.refusal_ms(s) is None], [])
    course.check("disclosures after the acknowledgement", len(run.late), 0)
    course.check("disclosed of what was in flight", sum(one.status == 200 for one in run.in_flight), 0)
    return "\n".join(run.lines())


def step_read_again(course: Course) -> str:
    reader = course.facts["reader"]
    course.check("after the revocation every exit refuses", reader.statuses(), everywhere(403, 403))
    said = reader.bodies()
    course.check("with the reason that it gave before there was a consent", said == course.facts["refusal"])
    is_bare = REFUSED in str(said) and course.facts["client_id"] not in str(said)
    course.check("which is stable and holds no data", is_bare)
    return f"403 at every service, {REFUSED}: the same words as to a stranger"


def step_lag(course: Course) -> str:
    """Inside the agency the projections follow the event."""
    until, lag = time.monotonic() + 30, dict[str, float]()
    while set(lag) < set(LISTENERS) and time.monotonic() < until:
        lag = lag_of(course, course.facts["consent_id"])
        time.sleep(0.2)
    course.check("told inside", sorted(lag), sorted(LISTENERS))
    return "known inside after " + ", ".join(f"{service} {ms:.0f} ms" for service, ms in sorted(lag.items()))


def lag_of(course: Course, consent_id: str) -> dict[str, float]:
    told = course.gateway.trail(course.facts["client_id"])
    revoked = [e for e in told if e["aggregate_id"] == consent_id and e["event"].startswith("consent.revoked")]
    return {effect["service"]: effect["ms"] for event in revoked for effect in event["effects"]}


def step_look_back(course: Course) -> str:
    """Who saw what and why, as the client is told."""
    client, client_id = course.of(CLIENT), course.facts["client_id"]
    looks = [one for one in looks_at(client, client_id, course) if one["who"] == APP]
    told = [one for one in looks if one["outcome"] == "success"]
    course.check(
        "rule and consent of every look that was permitted", reasons(told), {("phi-11", course.facts["consent_id"])}
    )
    course.check("services whose look is listed", sorted({one["service"] for one in told}), sorted(READS))
    refused = [one for one in looks if one["outcome"] == "refused"]
    course.check("refusals are listed with their rule", {one["code"] for one in refused}, {"phi-12"})
    app, left = (
        course.facts["app"]["id"],
        client.until("/v1/me/disclosures", holds_all(course), client_id=client_id, limit=200),
    )
    mine = [one for one in left.items if one["recipient_id"] == app]
    course.check("each left by this consent", {one["consent_id"] for one in mine}, {course.facts["consent_id"]})
    seen = (
        f"{len(told)} looks of {APP} by {told[-1]['code']} and consent {told[-1]['consent_id']}, {len(refused)} refused"
    )
    return f"{seen}; {len(mine)}{'+' if left['next_cursor'] else ''} disclosures"


def holds_all(course: Course) -> Any:
    """All that a service told has come into the list of disclosures, as far as its first page reaches."""
    app = course.facts["app"]["id"]

    def holds(found: Json) -> bool:
        classes = {name for one in found["items"] if one["recipient_id"] == app for name in one["data_classes"]}
        return classes == set(CLASSES)

    return holds


def reasons(looks: list[Json]) -> set[tuple[str, str]]:
    return {(one["code"], one["consent_id"]) for one in looks}


def looks_at(client: Caller, client_id: str, course: Course) -> list[Json]:
    """A report of who looked since the demo began."""
    asked = {"client_id": client_id, "since": course.facts["began_at"], "until": wall(timedelta(minutes=1))}
    report = client.post("/v1/me/audit-reports", asked)["id"]
    path = f"/v1/me/audit-reports/{report}"
    client.until(path, lambda found: found["status"] == "ready")
    return client.every(f"{path}/entries")


def step_without_intake(course: Course) -> str:
    """Who decides is away: nothing leaves, and care goes on."""
    course.facts["consent_id"] = give(course)
    reader = course.facts["reader"]
    course.check("with a new consent every exit tells", reader.statuses(), everywhere(200, 200))
    with stopped("intake"):
        time.sleep(1.1)  # until what was permitted before has lapsed
        outward = reader.statuses("intake")
        course.check("intake away: outwards", outward, {s: [503, 503] for s in READS if s != "intake"})
        course.check("intake away: staff read and write", care_goes_on(course), [200, 201, 200])
    return f"outwards {sorted({status for both in outward.values() for status in both})}; staff reads 200, writes 201"


def step_without_broker(course: Course) -> str:
    """Events stand still: what is asked before anything leaves does not rest on them."""
    reader = course.facts["reader"]
    with stopped("broker"):
        course.check("broker away: with consent", reader.statuses(), everywhere(200, 200))
        run = asyncio.run(reader.crowd(lambda http: revoke(course, http, course.facts["consent_id"])))
        course.check("broker away: the revocation", run.act.status_code, 200)
        course.check("broker away: disclosures after the acknowledgement", len(run.late), 0)
        course.check("broker away: then every exit refuses", reader.statuses(), everywhere(403, 403))
        course.check("broker away: staff read and write", care_goes_on(course), [200, 201, 200])
    return "\n".join(["by what intake knows, not by events:", *run.lines()])


def care_goes_on(course: Course) -> list[int]:
    """A plan read, a measure assigned, a calendar read: by those who treat and book."""
    client_id, therapist = course.facts["client_id"], clinician(course)
    read = therapist.get("/v1/plans", client_id=client_id)
    written = therapist.post(
        "/v1/measure-administrations", {"client_id": client_id, "instrument": "gad-7", "occasion": "routine"}
    )
    booked = course.of("scheduler").get("/v1/appointments", client_id=client_id)
    return [answer.status for answer in (read, written, booked)]


def clinician(course: Course) -> Caller:
    """Whichever of the two sees this client."""
    for username in (course.clinician, course.colleague):
        found: Answer = course.of(username).get("/v1/plans", client_id=course.facts["client_id"])
        if found.items:
            return course.of(username)
    raise Trouble("Nobody treats this client.")


@contextmanager
def stopped(name: str) -> Iterator[None]:
    """A part of the platform on this machine holds still inside the block, and answers nobody."""
    known = layout_from(os.environ).state / "processes.json"
    processes: dict[str, int] = json.loads(known.read_text()) if known.exists() else {}
    if name not in processes:
        raise Trouble(f"{name} is not a process of a platform on this machine: make demo-consent needs one of its own.")
    os.kill(processes[name], signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(processes[name], signal.SIGCONT)


STEPS = (
    Step("client", "sees for whom the account acts, and the own documents", step_know_oneself),
    Step("administrator", "admits a partner's app, which asks at once", step_admit_partner),
    Step("client", "consents, and signs", step_consent),
    Step("partner", "reads at every service", step_read),
    Step("client", "revokes while a hundred readers run", step_revoke),
    Step("partner", "reads again", step_read_again),
    Step("agency", "hears of it by events", step_lag),
    Step("client", "asks who saw what, and why", step_look_back),
    Step("partner", "reads while intake is away", step_without_intake),
    Step("client", "revokes while the broker is away", step_without_broker),
)
MANY = ("disclosure.made",)
"""Told at every look of a hundred readers: counted, not listed."""
TOLD = ("consent.granted", "consent.revoked", "disclosure.made")


def check_trail(course: Course, trail: list[Json]) -> None:
    told = {event["event"].rpartition(".v")[0] for event in trail}
    course.check("events not told", sorted(set(TOLD) - told), [])
