"""Who may do what: the committed table of roles and routes is what happens, and the evaluation says why."""

import subprocess
import sys
import uuid

import httpx
import pytest
from jose import jwt
from trellis import roles as matrix

SOMEBODY = ("therapist", "therapist-2", "case-manager", "scheduler", "qi-analyst", "privacy-officer", "administrator")


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def table():
    known, found = matrix.roles(), matrix.routes()
    assert matrix.PAGE.read_text() == matrix.page(known, found)
    return known, [route for route in found if not route.path.startswith("/internal")]


def test_the_decision_is_the_tables_for_every_role_and_route(platform, mint, table):
    """T49. The agency exists nowhere: nothing is touched, and only the scope decides."""
    known, routes = table
    agency, wrong, asked = str(uuid.uuid4()), [], 0
    with httpx.Client(base_url=platform.url, timeout=30) as client:
        for role in known:
            said = mint.claims(agency=agency, roles=[role.name], reach=role.reach, scope=" ".join(sorted(role.scopes)))
            headers = bearer(mint.make(said=said)) | {"If-Match": '"1"', "Idempotency-Key": str(uuid.uuid4())}
            for route in routes:
                path = "/".join(str(uuid.uuid4()) if part.startswith("{") else part for part in route.path.split("/"))
                body = None if route.method == "GET" else {"unknown": 1}
                answer = client.request(route.method, path, headers=headers, json=body)
                is_refused = answer.status_code == 403 and answer.json()["type"] == "/problems/scope-missing"
                asked += 1
                if is_refused != (route.scope not in role.scopes) or answer.status_code in (401, 500):
                    wrong.append((role.name, route.method, route.path, answer.status_code))
    print(f"\n{len(known)} roles x {len(routes)} routes: {asked} decisions, mismatches {len(wrong)}")
    assert wrong == [] and asked > 2000


def evaluated(client, token, subject, action, client_id, **more):
    asked = {"subject": {"id": subject}, "action": {"name": action}, "resource": {"type": "client", "id": client_id}}
    answer = client.post("/v1/access/evaluation", json=asked | more, headers=bearer(token))
    return answer.status_code, answer.json()


def test_the_evaluation_says_what_then_happens_and_why(platform):
    tokens = {name: platform.token(name) for name in SOMEBODY}
    subjects = {name: jwt.get_unverified_claims(token)["sub"] for name, token in tokens.items()}
    seen = set()
    with httpx.Client(base_url=platform.url, timeout=30) as client:
        found = client.get("/v1/clients", headers=bearer(tokens["privacy-officer"])).raise_for_status().json()["items"]
        for one in found:
            for name, token in tokens.items():
                status, said = evaluated(client, token, subjects[name], "get_client", one["id"])
                assert status == 200, (name, said)
                happened = client.get(f"/v1/clients/{one['id']}", headers=bearer(token)).status_code
                assert said["decision"] == (happened == 200), (name, said, happened)
                again = evaluated(client, tokens["administrator"], subjects[name], "get_client", one["id"])[1]
                assert again == said
                seen.add(said["context"]["reason"])
    print(f"\nreasons: {', '.join(sorted(seen))}")
    assert {"reach-agency", "relationship", "no-relationship", "scope-missing"} <= seen


def test_only_two_roles_ask_about_others_and_nobody_about_another_agency(platform):
    mine, hers = platform.token("therapist"), platform.token("scheduler")
    other = platform.token("administrator", agency="birch")
    subject, anybody = jwt.get_unverified_claims(hers)["sub"], str(uuid.uuid4())
    with httpx.Client(base_url=platform.url, timeout=30) as client:
        assert evaluated(client, mine, subject, "get_client", anybody)[0] == 403
        assert evaluated(client, other, subject, "get_client", anybody)[1]["context"]["reason"] == "subject-unknown"
        assert evaluated(client, hers, subject, "get_nothing", anybody)[0] == 422
        assert evaluated(client, hers, subject, "list_clinics", None)[1]["context"]["reason"] == "scope-granted"


def test_a_stale_page_is_refused(tmp_path, monkeypatch, table):
    known, routes = table
    page = tmp_path / "roles.md"
    page.write_text(matrix.page(known, routes).replace("●", "", 1))
    code = f"import sys; from pathlib import Path; from trellis import roles; roles.PAGE = Path({str(page)!r}); sys.exit(roles.main())"
    ran = subprocess.run([sys.executable, "-c", code, "--check"], capture_output=True, text=True)
    assert ran.returncode == 1 and "make events" in ran.stdout
