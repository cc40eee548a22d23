"""The corner of those who are cared for, through the gateway: a client's, a guardian's; and the demo of a consent."""

import httpx
import pytest
from trellis.api import Gateway

READS = ("clients", "consents", "disclosures", "documents", "appointments")


@pytest.fixture
def gateway(platform):
    with Gateway(platform.url) as found:
        yield found


def own_client(gateway, username):
    return gateway.person("alder", username).every("/v1/me/clients")[0]["id"]


def test_a_client_finds_the_own_record_and_no_other(gateway, platform):
    me, mine, other = (
        gateway.person("alder", "client-portal"),
        *(own_client(gateway, u) for u in ("client-portal", "guardian")),
    )
    assert mine != other
    found = {noun: me.every(f"/v1/me/{noun}", **({"client_id": mine} if noun != "clients" else {})) for noun in READS}
    assert {row.get("client_id", mine) for rows in found.values() for row in rows} == {mine}
    assert found["documents"] and found["appointments"] and found["consents"]
    opened = [me.get(f"/v1/me/documents/{row['id']}") for row in found["documents"]]
    assert {one["kind"] for one in opened} >= {"note", "plan", "assessment"}
    headers = {"Authorization": f"Bearer {platform.token('client-portal')}"}
    for noun in READS[1:]:
        answer = httpx.get(f"{platform.url}/v1/me/{noun}", params={"client_id": other}, headers=headers, timeout=60)
        assert answer.status_code == 404, noun


def test_a_guardian_sees_until_the_guardianship_ends(gateway):
    guardian, coordinator = gateway.person("alder", "guardian"), gateway.person("alder", "intake-coordinator")
    client = own_client(gateway, "guardian")
    assert guardian.every("/v1/me/consents", client_id=client) is not None
    made = coordinator.get(f"/v1/clients/{client}/guardianships").items[0]
    coordinator.post(f"/v1/clients/{client}/guardianships/{made['id']}/ending")
    assert guardian.every("/v1/me/clients") == []
    again = {name: made[name] for name in ("guardian_id", "authority", "may_consent", "starts_on")}
    coordinator.post(f"/v1/clients/{client}/guardianships", again)
    assert [one["id"] for one in guardian.every("/v1/me/clients")] == [client]


def test_staff_have_no_corner_and_clients_no_desk(gateway, platform):
    client = own_client(gateway, "client-portal")
    for username, paths in (
        ("therapist", [f"/v1/me/{noun}?client_id={client}" for noun in READS]),
        ("client-portal", [f"/v1/clients/{client}", f"/v1/consents?client_id={client}", "/v1/audit-reports/0"]),
    ):
        headers = {"Authorization": f"Bearer {platform.token(username)}"}
        found = {path: httpx.get(platform.url + path, headers=headers, timeout=60).status_code for path in paths}
        assert found == dict.fromkeys(paths, 403)


def test_the_demo_of_a_consent(platform):
    """Its every check holds: what is told, what is refused, with intake away, with the broker away."""
    ran = platform.trellis("demo", "--journey", "consent")
    print(ran.stdout)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "disclosed after it: 0" in ran.stdout
