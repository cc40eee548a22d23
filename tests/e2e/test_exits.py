"""Consent given, consent revoked: at every service's exit, through the gateway and round it, while a hundred read."""

import asyncio
import os
import signal
import time
import uuid
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from trellis.api import Gateway
from trellis.layout import OFFSETS
from trellis.readers import CLASSES, READS, SCOPES, Reader

EVERY_SCOPE = [
    *SCOPES, "authorizations:read", "diagnoses:read", "episodes:read", "measures:read", "notes:read", "risk:read",
]  # fmt: skip
FORM = {"form_version": "2026-1", "form_hash": "0" * 64}
SAYS = ["right_to_revoke", "conditioning", "redisclosure_risk"]


class Partner:
    """A partner's app of the seeded agency, and the client of whom it is told."""

    def __init__(self, url):
        self.url, self.gateway = url, Gateway(url, httpx.Client(timeout=60))
        self.admin = self.gateway.person("alder", "administrator")
        self.officer = self.gateway.person("alder", "privacy-officer")
        episodes = self.officer.get("/v1/episodes", limit=50).items
        part2 = {episode["client_id"] for episode in episodes if episode["is_part2"]}
        self.client = next(e["client_id"] for e in episodes if e["client_id"] not in part2)
        self.sign_in(SCOPES)

    def sign_in(self, scopes, **more):
        """A new app with these scopes, and its token."""
        body = {"name": f"Sample {uuid.uuid4()}", "scopes": list(scopes), **more}
        self.app = self.admin.post("/v1/admin/partner-apps", body).body
        form = {
            "grant_type": "client_credentials",
            "client_id": self.app["client_id"],
            "client_secret": self.app["client_secret"],
        }
        token = httpx.post(f"{self.url}/oauth/token", data=form, timeout=60).raise_for_status().json()["access_token"]
        self.headers = {"Authorization": f"Bearer {token}"}

    def consent(self, **more):
        now = self.gateway.now()
        wanted = {
            "client_id": self.client, "type": "roi", **FORM, "statements": SAYS, "purposes": ["TREAT"],
            "scope": {"data_classes": list(CLASSES), "information_description": "The sample record"},
            "recipients": [{"id": self.app["id"], "name": "Sample partner"}],
            "expires_at": now.replace(year=now.year + 1).isoformat(), **more,
        }  # fmt: skip
        draft = self.officer.post("/v1/consents", wanted)["id"]
        return self.officer.post(f"/v1/consents/{draft}/signature", {"signer": "client", "method": "e_sign"})["id"]

    @property
    def reader(self):
        return Reader(self.url, self.client, self.headers)

    def read(self, service):
        return self.reader.read(service)

    def bearer(self):
        return {"Authorization": f"Bearer {self.gateway.token(self.officer.holder, self.officer.fetch)}"}


@pytest.fixture
def partner(platform):
    return Partner(platform.url)


@pytest.mark.parametrize("service", READS)
def test_without_consent_403_with_it_200_and_nobody_learns_why(partner, service):
    before = partner.read(service)
    assert [answer.status_code for answer in before] == [403, 403]
    consent = partner.consent()
    assert [answer.status_code for answer in partner.read(service)] == [200, 200]
    assert all("disclosure-within" not in answer.headers for answer in partner.read(service)[:1])
    partner.officer.post(f"/v1/consents/{consent}/revocation")
    after = partner.read(service)
    assert [answer.json() | {"instance": ""} for answer in before] == [a.json() | {"instance": ""} for a in after]


def test_a_consent_for_an_organization_is_for_the_apps_that_act_for_it(partner):
    organization = str(uuid.uuid4())
    consent = partner.consent(recipients=[{"id": organization, "name": "Sample organization"}])
    seen = []
    for acts_for in ({"organization_id": organization}, {}, {"organization_id": str(uuid.uuid4())}):
        partner.sign_in(SCOPES, **acts_for)
        seen.append([answer.status_code for answer in partner.read("intake")])
    partner.officer.post(f"/v1/consents/{consent}/revocation")
    assert seen == [[200, 200], [403, 403], [403, 403]]


STATES = {"absent": 403, "present": 200, "expired": 403, "revoked": 403, "too narrow": 403}
ALL_CLASSES = [
    "contact", "demographics", "schedule", "billing", "needs", "measures", "diagnosis", "plan", "risk", "clinical",
]  # fmt: skip


def exits_of(document, granted):
    """Every registered exit that lists by its client: path and whether the app has its scope."""
    for path, methods in document["paths"].items():
        found = methods.get("get", {})
        named = [p["name"] for p in found.get("parameters", [])]
        if found.get("x-exit") and "client_id" in named and path.count("{") == path.count("{client_id}"):
            (scope,) = found["security"][0]["oauth2"]
            yield path, "{client_id}" not in path, scope in granted


@pytest.fixture
def everything(partner):
    """The same client, and an app with every scope that an app can have."""
    partner.sign_in(EVERY_SCOPE)
    return partner


def in_state(partner, state):
    if state == "absent":
        return
    whole = {"data_classes": ALL_CLASSES, "information_description": "The sample record"}
    narrow = {"data_classes": ["contact"], "information_description": "A telephone number"}
    soon = (partner.gateway.now() + timedelta(seconds=3)).isoformat()
    more = {"expires_at": soon} if state == "expired" else {}
    consent = partner.consent(scope=narrow if state == "too narrow" else whole, **more)
    if state == "revoked":
        partner.officer.post(f"/v1/consents/{consent}/revocation")
    time.sleep(5 if state == "expired" else 0)


@pytest.mark.parametrize("state", STATES)
def test_every_registered_exit_follows_the_state_of_the_consent(everything, state):
    document = httpx.get(f"{everything.url}/openapi.json", timeout=60).json()
    in_state(everything, state)
    found, shut = {}, 0
    for path, by_query, has_scope in exits_of(document, EVERY_SCOPE):
        url = everything.url + path.replace("{client_id}", everything.client)
        query = {"client_id": everything.client} if by_query else {}
        answer = httpx.get(url, params=query, headers=everything.headers, timeout=60)
        if has_scope:
            found[path] = answer.status_code
        else:
            shut += answer.status_code == 403
    print(f"\n{state}: {len(found)} exits answered {sorted(set(found.values()))}, {shut} refuse the scope")
    assert len(found) >= 12
    assert found == dict.fromkeys(found, STATES[state])


@pytest.mark.parametrize(
    "change",
    [
        {"purposes": ["HPAYMT"]},
        {"recipients": [{"id": str(uuid.UUID(int=9)), "name": "Somebody else"}]},
        {"scope": {"data_classes": ["contact"], "information_description": "A telephone number"}},
    ],
)
def test_a_consent_that_is_too_narrow_opens_nothing(partner, change):
    partner.consent(**change)
    found = {service: [one.status_code for one in partner.read(service)] for service in READS}
    assert found == {key: [403, 403] for key in READS}


def test_the_look_of_a_partner_stands_in_the_accounting_with_its_consent(partner):
    consent = partner.consent()
    assert [answer.status_code for answer in partner.read("clinical-records")] == [200, 200]
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        found = partner.officer.get("/v1/disclosures", client_id=partner.client).items
        mine = [one for one in found if one["recipient_id"] == partner.app["id"]]
        if len(mine) >= 2:
            break
        time.sleep(0.5)
    assert {(one["consent_id"], one["purpose"], tuple(one["data_classes"])) for one in mine} == {
        (consent, "TREAT", ("plan",))
    }


async def test_after_the_acknowledgement_of_a_revocation_nothing_arrives(partner):
    consent = await asyncio.to_thread(partner.consent)
    run = await partner.reader.crowd(lambda http: revoke(http, partner, consent))
    print("", *run.lines(), sep="\n")
    assert run.act.status_code == 200, run.act.text
    assert [service for service in READS if not run.was_told_before(service) or run.refusal_ms(service) is None] == []
    assert run.late == []


async def revoke(http, partner, consent):
    """As a caller does: what was not taken is sent again under the same key."""
    headers = partner.bearer() | {"Idempotency-Key": str(uuid.uuid4())}
    for _ in range(20):
        answer = await http.post(f"{partner.url}/v1/consents/{consent}/revocation", json={}, headers=headers)
        if answer.status_code not in (409, 503):
            break
        await asyncio.sleep(0.5)
    return answer


def test_the_lag_of_what_is_known_inside_is_measured(partner):
    consent = partner.consent()
    partner.officer.post(f"/v1/consents/{consent}/revocation")
    deadline, lag = time.monotonic() + 30, {}
    while time.monotonic() < deadline and len(lag) < 3:
        told = [row for row in partner.gateway.trail(partner.client) if row["aggregate_id"] == consent]
        revoked = [row for row in told if row["event"] == "consent.revoked.v1"]
        lag = {effect["service"]: effect["ms"] for row in revoked for effect in row["effects"]}
        time.sleep(0.5)
    print("\nKnown inside after", ", ".join(f"{service} {ms:.0f} ms" for service, ms in sorted(lag.items())))
    assert set(lag) == {"authorizations", "referrals", "scheduling"}


def test_with_intake_gone_nothing_leaves_and_care_goes_on(partner):
    partner.consent()
    assert [answer.status_code for answer in partner.read("clinical-records")] == [200, 200]
    with stopped(partner, "intake"):
        time.sleep(1)  # until what was permitted before has lapsed
        outward = partner.reader.statuses("intake")
        inside = care_goes_on(partner)
    assert outward == {key: [503, 503] for key in READS if key != "intake"}
    assert inside == [200, 201]


def test_with_the_broker_gone_a_revocation_holds_at_once_and_care_goes_on(partner):
    consent = partner.consent()
    with stopped(partner, "kafka"):
        told = partner.reader.statuses()
        partner.officer.post(f"/v1/consents/{consent}/revocation")
        refused, inside = partner.reader.statuses(), care_goes_on(partner)
    assert told == {key: [200, 200] for key in READS}
    assert refused == {key: [403, 403] for key in READS}
    assert inside == [200, 201]


def care_goes_on(partner):
    """Staff read and write: a clinician of this client."""
    asked = {"client_id": partner.client, "instrument": "gad-7", "occasion": "routine"}
    both = [partner.gateway.person("alder", name) for name in ("therapist", "therapist-2")]
    treats = next(one for one in both if one.get("/v1/plans", client_id=partner.client).items)
    read = treats.get("/v1/plans", client_id=partner.client)
    return [read.status, treats.post("/v1/measure-administrations", asked).status]


@contextmanager
def stopped(partner, part):
    """A part of the platform that holds still and answers nobody."""
    process = listening_on(int(partner.url.rpartition(":")[2]) + OFFSETS[part])
    os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(process, signal.SIGCONT)


def listening_on(port):
    """The process that listens on a port of this machine."""
    wanted = f":{port:04X}"
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    inodes = {line[9] for line in lines if line[1].endswith(wanted) and line[3] == "0A"}
    for folder in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if folder.readlink().name.strip("socket:[]") in inodes:
                return int(folder.parts[2])
        except OSError:
            continue
    raise LookupError(port)
