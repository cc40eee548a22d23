"""A grant from its opening to its review: who may, who is told, what every service hears, what stays."""

import json
from datetime import date, timedelta
from uuid import uuid4

import pytest
from gateway import queries
from gateway.models import KnownClient
from gateway.rules.clients import agency_id_of
from gateway.use_cases.end_break_glass import end_break_glass_in_time
from gateway.use_cases.measure_reviews import measure_reviews
from gateway.use_cases.review_break_glass import escalate_review
from prometheus_client import REGISTRY
from shared.auth import Principal
from shared.clock import real_now
from shared.contracts.intake import ClientRegistered, EpisodeOpened
from shared.db import uuid7

CLINICIAN = ("break-glass-grants:read", "break-glass-grants:write", "access:evaluate")
OFFICER = ("break-glass-grants:read", "break-glass-reviews:write", "break-glass-figures:read")
PATH = "/v1/break-glass-grants"
WORDS = "Client collapsed in the waiting room; history unknown."


@pytest.fixture
def name():
    return f"t{uuid7().hex[-20:]}"


@pytest.fixture
def agency(name):
    return agency_id_of(name)


@pytest.fixture
async def client(http, operator, name, receive):
    """A registered client of an agency that is there."""
    body = {"name": "Sample Agency", "slug": name, "timezone": "America/Chicago", "administrator": "admin-01"}
    assert (await http.post("/v1/admin/agencies", json=body, headers=operator)).status_code == 201
    client_id = uuid4()
    await receive(ClientRegistered(client_id=client_id, clinic_id=uuid4(), age_band="adult"))
    return client_id


@pytest.fixture
def clinician():
    return uuid7()


@pytest.fixture
def call(http, bearer, clinician):
    async def send(method, path, body=None, *, scopes=CLINICIAN, sub=None, roles=("therapist",), **token):
        sent = bearer(*scopes, sub=sub or clinician, roles=roles, reach=token.pop("reach", "caseload"), **token)
        return await http.request(method, path, json=body, headers={**sent, "Idempotency-Key": str(uuid4())})

    return send


@pytest.fixture
def officer(call):
    who = uuid7()

    async def send(method, path, body=None, **more):
        more = {"scopes": OFFICER, "sub": who, "roles": ("privacy_officer",), "reach": "agency", **more}
        return await call(method, path, body, **more)

    return send


@pytest.fixture
def open_grant(call, client):
    async def one(**more):
        token = more.pop("token", {})
        body = {"client_id": str(client), "reason": "crisis_contact", "explanation": WORDS, **more}
        answer = await call("POST", PATH, body, **token)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return one


@pytest.fixture
def told(superuser, agency):
    async def find(type_):
        query = "SELECT data FROM outbox WHERE agency_id = $1 AND type = $2 ORDER BY id"
        return [json.loads(row["data"]) for row in await superuser.fetch(query, agency, type_)]

    return find


@pytest.fixture
def later(database, agency, clock):
    """async with later(hours=5) as tx: a timer's transaction at that time."""
    return lambda **span: database.transaction(
        Principal.system("gateway", agency_id=agency), now=clock.now() + timedelta(**span)
    )


async def test_a_grant_is_for_one_client_and_some_hours_and_everybody_is_told_at_once(
    open_grant, client, clinician, told, superuser, agency
):
    supervisor = uuid7()
    made = await open_grant(token={"sup": str(supervisor)})
    (opened,) = await told("break_glass.opened.v1")
    assert (opened["client_id"], opened["staff_id"]) == (str(client), str(clinician))
    assert "psychotherapy_note" not in opened["opens"] and opened["opens"]["clinical"] == "phi-2"
    assert opened["opens_part2"] == {} and WORDS not in str(opened)
    review, notice = await told("task.opened.v1")
    assert (review["kind"], review["role"], review["subject_id"]) == (
        "break_glass_review",
        "privacy_officer",
        made["id"],
    )
    assert (notice["kind"], notice["assignee_id"]) == ("break_glass_notice", str(supervisor))
    row = await superuser.fetchrow("SELECT * FROM break_glass_grant WHERE id = $1", made["id"])
    assert row["until"] - row["opened_at"] == timedelta(hours=4)
    assert WORDS.encode() not in row["explanation_sealed"] and made["explanation"] == WORDS
    timers = await superuser.fetch("SELECT kind, due_at FROM timer WHERE subject = $1", made["id"])
    assert {t["kind"]: t["due_at"] for t in timers} == {
        "break_glass_over": row["until"],
        "break_glass_review_due": row["review_due_at"],
    }
    audit = await superuser.fetchrow("SELECT * FROM audit WHERE grant_id = $1", row["id"])
    assert (audit["action"], audit["client_id"], audit["agency_id"]) == ("break_glass.open", client, agency)


async def test_without_a_supervisor_the_supervisors_are_told(open_grant, told):
    await open_grant()
    assert [(task["kind"], task["role"]) for task in await told("task.opened.v1")] == [
        ("break_glass_review", "privacy_officer"),
        ("break_glass_notice", "clinical_supervisor"),
    ]


@pytest.mark.parametrize(
    "lacking",
    [{"reason": None}, {"explanation": None}, {"explanation": "because"}, {"reason": "curiosity"}, {"minutes": 481},
     {"minutes": 0}],
)  # fmt: skip
async def test_nothing_is_opened_without_reason_words_and_an_end(call, client, told, lacking, superuser, agency):
    body = {"client_id": str(client), "reason": "suicide_risk", "explanation": WORDS} | lacking
    answer = await call("POST", PATH, {name: value for name, value in body.items() if value is not None})
    assert answer.status_code == 422
    assert await told("break_glass.opened.v1") == []
    refused = "SELECT count(*) FROM audit WHERE agency_id = $1 AND outcome = 'refused'"
    assert await superuser.fetchval(refused, agency) == 1


async def test_one_grant_at_a_time_for_a_client_and_none_for_a_stranger(open_grant, call, client):
    await open_grant()
    body = {"client_id": str(client), "reason": "suicide_risk", "explanation": WORDS}
    assert (await call("POST", PATH, body)).json()["type"] == "/problems/break-glass-open"
    assert (await call("POST", PATH, body | {"client_id": str(uuid4())})).json()["type"] == "/problems/client-unknown"
    other = await call("POST", PATH, body, agency_id=uuid7())
    assert other.status_code == 422


@pytest.fixture
async def signed_in(therapist, slug, receive, http):
    """A therapist of an agency with an authenticator, who breaks the glass for a client of that agency."""
    client_id, token = uuid4(), (await therapist.tokens())["access_token"]

    async def send(database, **more):
        async with database.transaction(Principal.system("gateway", agency_id=agency_id_of(slug))) as tx:
            if not await queries.is_known_client(tx, client_id):
                await tx.add(KnownClient(id=client_id))
        body = {"client_id": str(client_id), "reason": "suicide_risk", "explanation": WORDS, **more}
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4())}
        return await http.post(PATH, json=body, headers=headers)

    return send


async def test_who_has_an_authenticator_shows_its_code_again(signed_in, database, therapist):
    for code in ({}, {"one_time_code": "000000"}):
        refused = await signed_in(database, **code)
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/one-time-code-wrong"), refused.text
    shown = therapist.totp.at(real_now() + timedelta(seconds=30))
    assert (await signed_in(database, one_time_code=shown)).status_code == 201
    again = await signed_in(database, one_time_code=shown)
    assert again.status_code in (409, 422)


async def test_codes_cannot_be_tried_through_with_a_stolen_token(signed_in, database):
    tried = [(await signed_in(database, one_time_code="000000")).status_code for _ in range(7)]
    assert tried == [422] * 5 + [429] * 2


async def test_without_an_authenticator_nobody_breaks_the_glass(signed_in, database, superuser, slug):
    await superuser.execute(
        "UPDATE credential SET totp_sealed = NULL, totp_key_id = NULL WHERE agency_id = $1", agency_id_of(slug)
    )
    assert (await signed_in(database)).json()["type"] == "/problems/second-factor-needed"


async def test_outside_a_sandbox_nobody_without_credentials_breaks_the_glass(app, open_grant, call, client):
    office = app.state.office
    before, office.settings = office.settings, office.settings.model_copy(update={"sandbox": False})
    body = {"client_id": str(client), "reason": "suicide_risk", "explanation": WORDS}
    answer = await call("POST", PATH, body)
    office.settings = before
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/second-factor-needed")


async def test_part2_is_told_with_what_each_service_needs_to_decide(open_grant, client, receive, told):
    plain, apart = uuid4(), uuid4()
    for episode, is_part2 in ((plain, False), (apart, True)):
        ids = {"clinic_id": uuid4(), "program_id": uuid4(), "primary_clinician_id": uuid4()}
        day = date(2026, 11, 23)
        await receive(EpisodeOpened(episode_id=episode, client_id=client, opened_on=day, is_part2=is_part2, **ids))
    await open_grant(is_medical_emergency=True)
    (opened,) = await told("break_glass.opened.v1")
    assert (opened["episode_ids"], opened["has_part2"]) == ([str(plain)], True)
    assert opened["opens_part2"]["clinical"] == "p2-2" and "sud_counseling_note" not in opened["opens_part2"]


async def test_it_ends_by_its_time_and_that_is_told_once(open_grant, later, told, clinician):
    made = await open_grant()
    for hours in (4, 5):
        async with later(hours=hours) as tx:
            await end_break_glass_in_time(tx, uuid_of(made), by=tx.by)
    (closed,) = await told("break_glass.closed.v1")
    assert (closed["reason"], closed["ended_at"], closed["staff_id"]) == ("time_over", made["until"], str(clinician))


async def test_it_is_ended_by_hand_by_who_opened_it_or_the_privacy_officer(open_grant, call, officer, told):
    made = await open_grant()
    path = f"{PATH}/{made['id']}/end"
    assert (await call("POST", path, sub=uuid7())).status_code == 404
    assert (await call("POST", path)).json()["status"] == "ended"
    assert (await officer("POST", path)).json()["type"] == "/problems/break-glass-ended"
    assert [one["reason"] for one in await told("break_glass.closed.v1")] == ["by_hand"]


async def test_the_privacy_officer_reviews_it_once_after_it_has_ended(open_grant, call, officer, told, superuser):
    made = await open_grant()
    path, body = f"{PATH}/{made['id']}/review", {"is_justified": False, "finding": "No emergency can be seen."}
    assert (await officer("POST", path, body)).json()["type"] == "/problems/break-glass-not-ended"
    await call("POST", f"{PATH}/{made['id']}/end")
    assert (await call("POST", path, body)).status_code == 403
    found = await officer("POST", path, body)
    assert (found.status_code, found.json()["status"], found.json()["finding"]) == (
        200,
        "reviewed_unjustified",
        body["finding"],
    )
    assert (await officer("POST", path, body)).status_code == 409
    (reviewed,) = await told("break_glass.reviewed.v1")
    assert reviewed["is_justified"] is False and "emergency" not in str(reviewed)
    assert len(await told("task.closed.v1")) == 2
    assert await superuser.fetchval("SELECT count(*) FROM timer WHERE subject = $1", made["id"]) == 0


async def test_nobody_reviews_a_grant_of_ones_own(open_grant, officer, clinician, call):
    made = await open_grant()
    await call("POST", f"{PATH}/{made['id']}/end")
    body = {"is_justified": True, "finding": "I was right about it."}
    answer = await officer("POST", f"{PATH}/{made['id']}/review", body, sub=clinician)
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/own-grant")


async def test_a_review_that_is_late_is_escalated_once(open_grant, later, told, officer):
    made = await open_grant()
    for days in (5, 6):
        async with later(days=days) as tx:
            await escalate_review(tx, uuid_of(made), by=tx.by)
    overdue = [task for task in await told("task.opened.v1") if task["kind"] == "break_glass_review_overdue"]
    assert [task["role"] for task in overdue] == ["administrator"]


async def test_a_reviewed_grant_is_not_escalated(open_grant, later, told, officer, call):
    made = await open_grant()
    await call("POST", f"{PATH}/{made['id']}/end")
    await officer("POST", f"{PATH}/{made['id']}/review", {"is_justified": True, "finding": "An ambulance was called."})
    async with later(days=5) as tx:
        await escalate_review(tx, uuid_of(made), by=tx.by)
    assert [task["kind"] for task in await told("task.opened.v1")] == ["break_glass_review", "break_glass_notice"]


async def test_who_sees_which_grants(open_grant, call, officer, client):
    supervisor = uuid7()
    made = await open_grant(token={"sup": str(supervisor)})
    path = f"{PATH}/{made['id']}"

    async def seen(**who):
        listed = (await call("GET", f"{PATH}?client_id={client}", **who)).json()["items"]
        return (await call("GET", path, **who)).status_code, [one["id"] for one in listed]

    assert await seen() == (200, [made["id"]])
    assert await seen(sub=supervisor) == (200, [made["id"]])
    assert await seen(sub=uuid7()) == (404, [])
    assert await seen(sub=uuid7(), roles=("clinical_supervisor",), reach="agency") == (404, [])
    assert (await officer("GET", path)).json()["explanation"] == WORDS
    assert await seen(sub=uuid7(), roles=("privacy_officer",), reach="agency", agency_id=uuid7()) == (404, [])
    assert (await officer("GET", f"{PATH}?status=ended")).json()["items"] == []


async def test_figures_count_and_name_nobody(open_grant, call, officer, client, database, later):
    made = await open_grant()
    figures = (await officer("GET", f"{PATH}/figures")).json()
    assert figures == {
        "active": 1, "awaiting_review": 0, "overdue": 0, "oldest_due_at": made["review_due_at"], "justified": 0,
        "unjustified": 0,
    }  # fmt: skip
    await call("POST", f"{PATH}/{made['id']}/end")
    assert (await officer("GET", f"{PATH}/figures")).json()["awaiting_review"] == 1
    await measure_reviews(database)
    assert REGISTRY.get_sample_value("trellis_break_glass_reviews") >= 1
    assert REGISTRY.get_sample_value("trellis_break_glass_reviews_oldest_seconds") > 0


async def test_a_report_of_who_looked_names_the_grant(superuser):
    columns = await superuser.fetch(
        "SELECT table_name::text FROM information_schema.columns WHERE column_name = 'grant_id'"
    )
    assert {"audit", "audit_report_entry"} <= {row["table_name"] for row in columns}


def uuid_of(made):
    from uuid import UUID

    return UUID(made["id"])
