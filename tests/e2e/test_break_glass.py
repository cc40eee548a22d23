"""Breaking the glass on the whole platform: open everywhere within two seconds, closed as fast, seen by all it concerns."""

import time
import uuid
from datetime import date

import httpx
import pytest
from jose import jwt
from trellis import care
from trellis.api import Gateway

READS = {
    "intake": "/v1/clients/{client}",
    "clinical-records": "/v1/plans?client_id={client}",
    "scheduling": "/v1/appointments?client_id={client}",
    "referrals": "/v1/needs?client_id={client}",
    "authorizations": "/v1/coverages?client_id={client}",
}
WITHIN = 2.0
WORDS = "Sample emergency: came to the door in crisis."
BTG = {"X-Purpose-Of-Use": "BTG"}
CLINICIANS = ("therapist", "therapist-2")


class Emergency:
    """A clinician of the seeded agency, and a client who is none of theirs."""

    def __init__(self, url):
        self.gateway = Gateway(url, httpx.Client(timeout=60))
        self.http = httpx.Client(base_url=url, timeout=60)
        self.officer = self.gateway.person("alder", "privacy-officer")
        self.admin = self.gateway.person("alder", "administrator")
        episodes = self.officer.get("/v1/episodes", limit=200).items
        found = [episode["client_id"] for episode in episodes if not episode["is_part2"]]
        self.username, self.client = next((w, c) for c in found for w in CLINICIANS if not self.knows(w, c))

    def admit_to_part2(self):
        """A client of a Part 2 program, in the care of somebody else, as soon as the gateway has heard of it."""
        coordinator = self.gateway.person("alder", "intake-coordinator")
        program = next(one for one in self.officer.get("/v1/admin/programs", limit=200).items if one["is_part2"])
        users = {user["username"]: user["id"] for user in self.admin.get("/v1/admin/users", limit=200).items}
        other = next(name for name in CLINICIANS if name != self.username)
        who = care.Person("Sample", "Client 901", date(1990, 1, 1), "+1 312 555 0901", "SAMPLE-901")
        self.client = coordinator.post("/v1/clients", care.client_of(who, program["clinic_id"], None))["id"]
        episode = care.open_episode(coordinator, self.client, program["id"], users[other])["id"]
        coordinator.post(f"/v1/episodes/{episode}/admission", {"is_emergency": True})
        eventually(self.heard, lambda services: "gateway" in services, "the episode in the gateway")

    def heard(self):
        """The services in which the episode of the client took effect."""
        found = self.http.get("/v1/sandbox/trail", params={"client_id": self.client}).json()["items"]
        opened = [event for event in found if event["event"] == "episode.opened.v1"]
        return {effect["service"] for event in opened for effect in event["effects"]}

    def bearer(self, username):
        caller = self.gateway.person("alder", username)
        return {"Authorization": f"Bearer {self.gateway.token(caller.holder, caller.fetch)}"}

    def knows(self, username, client):
        return self.http.get(f"/v1/clients/{client}", headers=self.bearer(username)).status_code == 200

    def open(self, **more):
        body = {"client_id": self.client, "reason": "crisis_contact", "explanation": WORDS, **more}
        headers = self.bearer(self.username) | {"Idempotency-Key": str(uuid.uuid4())}
        answer = self.http.post("/v1/break-glass-grants", json=body, headers=headers)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def evaluated(self):
        """Whether the gateway says that the clinician may read the client, and why."""
        asked = {"subject": {"id": self.subject()}, "action": {"name": "get_client"}}
        asked |= {"resource": {"type": "client", "id": self.client}}
        said = self.http.post("/v1/access/evaluation", json=asked, headers=self.bearer(self.username)).json()
        return said["decision"], said["context"]["reason"]

    def subject(self):
        token = self.bearer(self.username)["Authorization"].removeprefix("Bearer ")
        return jwt.get_unverified_claims(token)["sub"]

    def end(self, grant):
        path = f"/v1/break-glass-grants/{grant}/end"
        assert self.http.post(path, headers=self.bearer(self.username)).status_code == 200

    def read(self, service, headers=BTG):
        path = READS[service].format(client=self.client)
        return self.http.get(path, headers=self.bearer(self.username) | headers)

    def shows(self, service):
        answer = self.read(service)
        return answer.status_code == 200 and answer.json().get("items", [answer.json()]) != []

    def has(self, service):
        """Whether there is anything of the client to see."""
        path, _, _ = READS[service].format(client=self.client).partition("?")
        query = {} if service == "intake" else {"client_id": self.client}
        username = "intake-coordinator" if service == "referrals" else "billing-ur"
        caller = (
            self.officer if service not in ("referrals", "authorizations") else self.gateway.person("alder", username)
        )
        found = caller.get(path, **query)
        return service == "intake" or bool(found.items)

    def waits_until(self, shown):
        """Milliseconds until every service that has something shows it, or none does."""
        services, since, took = [name for name in READS if self.has(name)], time.perf_counter(), {}
        while set(took) < set(services):
            for name in set(services) - set(took):
                if self.shows(name) is shown:
                    took[name] = (time.perf_counter() - since) * 1000
            assert time.perf_counter() - since < 10 * WITHIN, took
        return took


def eventually(act, is_good, what):
    """What `act` gives once it is good; ten seconds at most."""
    until = time.monotonic() + 10
    while not is_good(found := act()):
        assert time.monotonic() < until, f"{what} did not come: {found}"
        time.sleep(0.1)
    return found


@pytest.fixture(scope="module")
def emergency(platform):
    return Emergency(platform.url)


def test_a_grant_opens_in_every_service_and_ends_in_every_service_within_two_seconds(emergency):
    assert emergency.read("intake").status_code == 404
    grant = emergency.open()
    opened = emergency.waits_until(shown=True)
    assert emergency.read("intake", headers={}).status_code == 404
    patched = emergency.http.patch(
        f"/v1/clients/{emergency.client}",
        json={"pronouns": "they"},
        headers=emergency.bearer(emergency.username) | BTG | {"If-Match": "*"},
    )
    assert (patched.status_code, patched.json()["type"]) == (403, "/problems/break-glass-reads-only")
    assert emergency.evaluated() == (True, "break-glass")
    emergency.end(grant)
    closed = emergency.waits_until(shown=False)
    assert emergency.evaluated() == (False, "no-relationship")
    for name in opened:
        print(f"\n{name}: open after {opened[name]:.0f} ms, closed after {closed[name]:.0f} ms", end="")
    assert max(*opened.values(), *closed.values()) < WITHIN * 1000 and len(opened) >= 3


def test_who_must_know_is_told_reviews_it_and_the_client_sees_who_looked(emergency):
    grant = emergency.open()
    emergency.waits_until(shown=True)
    (task,) = eventually(lambda: tasks_about(emergency, grant), bool, "the review among the privacy officer's tasks")
    assert task["kind"] == "break_glass_review"
    figures = emergency.officer.get("/v1/break-glass-grants/figures").body
    assert figures["active"] >= 1
    emergency.end(grant)
    path = f"/v1/break-glass-grants/{grant}/review"
    judged = emergency.officer.post(path, {"is_justified": True, "finding": "The crisis team was there."})
    assert judged["status"] == "reviewed_justified"
    looks = entries(emergency)
    services = {look["service"] for look in looks if look["grant_id"] == grant}
    assert {"gateway", "intake"} <= services
    assert {look["purpose"] for look in looks if look["grant_id"] == grant and look["service"] != "gateway"} == {"BTG"}


def tasks_about(emergency, grant):
    found = emergency.officer.get("/v1/tasks", mine="true", limit=200).items
    return [task for task in found if task["subject_id"] == grant]


def entries(emergency):
    """The report of who looked."""
    now = emergency.gateway.now()
    asked = {"client_id": emergency.client, "since": now.replace(year=now.year - 1).isoformat(),
             "until": now.replace(year=now.year + 1).isoformat()}  # fmt: skip
    report = emergency.officer.post("/v1/audit-reports", asked)["id"]
    path = f"/v1/audit-reports/{report}"
    eventually(lambda: emergency.officer.get(path).body, lambda found: found["status"] == "ready", "the report")
    return emergency.officer.get(f"{path}/entries", limit=200).items


def test_part2_is_opened_by_a_medical_emergency_alone(platform):
    emergency = Emergency(platform.url)
    emergency.admit_to_part2()
    grant = emergency.open()
    refused = eventually(
        lambda: emergency.read("intake"), lambda found: found.status_code != 404, "the grant in intake"
    )
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/disclosure-denied")
    emergency.end(grant)
    grant = emergency.open(is_medical_emergency=True)
    shown = eventually(lambda: emergency.read("intake"), lambda found: found.status_code == 200, "the record in intake")
    assert shown.json()["id"] == emergency.client
    held = eventually(
        lambda: emergency.officer.get("/v1/disclosures", client_id=emergency.client).items,
        lambda found: any(row["purpose"] == "BTG" for row in found),
        "the accounting",
    )
    assert {row["recipient_id"] for row in held if row["purpose"] == "BTG"} == {emergency.subject()}
    emergency.end(grant)
