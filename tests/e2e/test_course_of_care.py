"""J1, whole, through the gateway, on real parts; then what it must not have left, and what must still be there."""

import asyncio

import httpx
from scan import CANARIES, messages
from trellis.api import Gateway
from trellis.plan import PORTAL
from trellis.visitor import Visitor

SERVICES = ("gateway", "intake", "clinical-records", "scheduling", "referrals", "authorizations", "workforce")


def test_the_demo_walks_the_whole_course(platform):
    ran = platform.trellis("demo")
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
    for service in SERVICES[1:]:
        assert service in ran.stdout


def test_no_message_tells_of_a_person(platform):
    found = asyncio.run(messages(f"127.0.0.1:{platform.port + 11}"))
    assert len(found) > 300
    assert [m for m in found if CANARIES.search(m)] == []


def test_no_log_line_and_no_metric_tells_of_a_person(platform):
    logs = [path for path in (platform.state / "logs").glob("*.log") if path.stem in SERVICES]
    assert len(logs) == len(SERVICES)
    assert [p.name for p in logs if CANARIES.search(p.read_bytes())] == []
    for offset in range(len(SERVICES)):
        text = httpx.get(f"http://127.0.0.1:{platform.port + offset}/metrics").content
        assert b"trellis_request_seconds" in text
        assert not CANARIES.search(text)


def test_the_scan_would_find_a_person():
    """The scan itself can fail: it knows a name, a birth date and a note."""
    for said in (b'{"name":"Sample Client 03"}', b'{"born":"1971-02-03"}', b"Sample narrative: risk."):
        assert CANARIES.search(said)


def test_status_shows_every_service_ready(platform):
    ran = platform.trellis("status")
    assert ran.returncode == 0, ran.stdout
    assert all(service in ran.stdout for service in SERVICES)


def sign_in_at_the_portal(platform):
    """What no seed can do for a person: a session begins on the pages."""
    administrator = Gateway(platform.url).person("alder", "administrator")
    (account,) = (one["id"] for one in administrator.every("/v1/admin/users") if one["username"] == "client-portal")
    visitor = Visitor(Gateway(platform.url), "alder", "client-portal", PORTAL, "client-portal")
    visitor.accept(administrator.post(f"/v1/admin/users/{account}/invitation")["link"])
    visitor.sign_in()


def test_no_operation_lists_nothing(platform):
    """The seed leaves something in every list that somebody of the agency may read."""
    sign_in_at_the_portal(platform)
    document = httpx.get(f"{platform.url}/openapi.json").json()
    lists = [
        path
        for path, methods in document["paths"].items()
        if "get" in methods
        and "{" not in path
        and any("Page" in str(r) for r in methods["get"]["responses"].get("200", {}).values())
    ]
    people = httpx.get(f"{platform.url}/v1/sandbox/people").json()["items"]
    first = [p for p in people if p["agency"] == people[0]["agency"]]
    callers = [signed_in(platform, person) for person in first]
    empty = [path for path in lists if not any(seen(caller, document, path) for caller in callers)]
    assert lists
    assert empty == []


def signed_in(platform, person):
    said = {"agency": person["agency"], "username": person["username"]}
    token = httpx.post(f"{platform.url}/v1/sandbox/tokens", json=said).json()["access_token"]
    return httpx.Client(base_url=platform.url, headers={"Authorization": f"Bearer {token}"})


def seen(caller, document, path):
    """Something is listed: without a filter, or of one of the clients whom the caller sees."""
    parameters = document["paths"][path]["get"].get("parameters", [])
    needs_client = any(p["name"] == "client_id" and p.get("required") for p in parameters)
    filters = [{"client_id": found} for found in seen_clients(caller, path)] if needs_client else [{}]
    return any(items(caller.get(path, params=each)) for each in filters)


def seen_clients(caller, path):
    """In the own corner those whom the account acts for; elsewhere all, the first registered, who is discharged, first."""
    if path.startswith("/v1/me/"):
        return [one["id"] for one in items(caller.get("/v1/me/clients"))]
    return [one["id"] for one in reversed(items(caller.get("/v1/clients", params={"limit": 200})))]


def items(answer):
    return answer.json()["items"] if answer.status_code == 200 else []


def test_it_comes_back_with_all_of_it(platform):
    before = clients(platform)
    platform.stop()
    open_ports = [port for port in platform.ports() if is_open(port)]
    assert open_ports == []
    platform.start()
    assert set(before) <= set(clients(platform))
    ran = platform.trellis("demo")
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]


def clients(platform, agency=None):
    people = httpx.get(f"{platform.url}/v1/sandbox/people").json()["items"]
    person = next(p for p in people if "intake_coordinator" in p["roles"] and p["agency"] == (agency or p["agency"]))
    asked = httpx.post(
        f"{platform.url}/v1/sandbox/tokens", json={"agency": person["agency"], "username": person["username"]}
    )
    answer = httpx.get(
        f"{platform.url}/v1/clients?limit=200", headers={"Authorization": f"Bearer {asked.json()['access_token']}"}
    )
    assert answer.status_code == 200, answer.text
    return [c["id"] for c in answer.json()["items"]]


def is_open(port):
    import socket

    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
