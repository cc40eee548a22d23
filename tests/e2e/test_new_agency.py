"""J0: from an empty platform, without the seed and without SQL, to the first booked client; then a suspension."""

import time

import httpx
import pytest
from conftest import Platform, free_block, mint_of
from test_tokens import WITHIN, bearer, let_out
from trellis.api import Gateway
from trellis.secretbook import read_secrets
from trellis.visitor import Visitor

BACK = "https://console.example/signed-in"
FIR = (
    "agency", "create", "--name", "Fir Sample Care", "--slug", "fir", "--timezone", "America/Chicago", "--state", "IL",
    "--administrator-email", "first@fir.example", "--console-address", BACK,
)  # fmt: skip


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """A platform of its own, in which nobody is."""
    found = Platform(tmp_path_factory.mktemp("empty"), free_block())
    found.start("--no-seed")
    yield found
    if found.process.poll() is None:
        found.stop()


@pytest.fixture
def operator(empty):
    with Gateway(empty.url) as gateway:
        yield gateway.app("operator", read_secrets(empty.state).operator_secret)


def test_nobody_and_nothing_is_there(empty, operator):
    assert httpx.get(f"{empty.url}/v1/sandbox/people").json()["items"] == []
    assert operator.every("/v1/admin/agencies") == []


def test_from_nothing_to_the_first_booked_client(empty):
    ran = empty.trellis("demo", "--journey", "J0")
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
    assert "All checks hold" in ran.stdout


def link_of(ran):
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return next(line for line in ran.stdout.splitlines() if line.startswith("http"))


def test_the_operator_opens_an_agency_once_and_its_administrator_comes_in(empty, operator):
    before = len(operator.every("/v1/admin/agencies"))
    link = link_of(empty.trellis(*FIR))
    assert link_of(empty.trellis(*FIR)) == link, "the same said again: the same agency, the same link"
    assert len(operator.every("/v1/admin/agencies")) == before + 1
    taken = empty.trellis(*FIR, "--key", "another")
    assert taken.returncode == 1 and "trellis agency invite fir" in taken.stdout
    wrong = empty.trellis(*FIR, "--npi", "1234567890")
    assert wrong.returncode == 1 and "/npi" in wrong.stdout
    newer = link_of(empty.trellis("agency", "invite", "fir"))
    with Gateway(empty.url) as gateway:
        first = Visitor(gateway, "fir", "administrator", BACK)
        first.load(link.removeprefix(empty.url))
        assert first.page.status_code == 400, "a newer link ends the earlier one"
        first.accept(newer)
        assert first.caller().get("/v1/admin/agencies").items[0]["slug"] == "fir"
        assert empty.trellis("agency", "invite", "fir").returncode == 1, "who is in invites the others"


def test_a_suspended_agency_is_out_everywhere_within_two_seconds(empty, operator):
    new = {"name": "Gone", "slug": f"gone-{time.time_ns()}", "timezone": "America/Chicago", "administrator": "first"}
    agency = operator.post("/v1/admin/agencies", new)
    mint = mint_of(empty, agency["id"], "http://127.0.0.1:9/")
    path = f"/v1/admin/agencies/{agency['id']}/suspension"
    spent = let_out(empty, mint, agency["administrator_id"], agency["id"], lambda: operator.post(path))
    print("\nlast let in, ms after the acknowledgement:", {name: round(ms) for name, ms in spent.items()})
    assert max(spent.values()) < WITHIN * 1000
    refused = httpx.post(f"{empty.url}/v1/sandbox/tokens", json={"agency": new["slug"], "username": "first"})
    assert refused.status_code == 404
    assert "suspended" in empty.trellis("agency", "list").stdout
    assert empty.trellis("agency", "resume", new["slug"]).returncode == 0
    time.sleep(1)
    token = empty.token("first", agency=new["slug"])
    assert httpx.get(f"{empty.url}/v1/admin/clinics", headers=bearer(token)).status_code == 200
